// Read by whatever Node the machine has, back to Node 12: see find-node.mjs.
import { spawn } from 'child_process'
import { constants } from 'os'
import { advice, usableNodes } from './find-node.mjs'

/**
 * Runs `entry` under the right Node with this terminal as its own, and ends as it ends.
 *
 * The channel between the two is a leash: it closes when this process is gone, even by SIGKILL, and `entry` ends itself when it sees that.
 */
export function launch(entry, args) {
  start(usableNodes(), [entry].concat(args))
}

function start(nodes, argv) {
  if (nodes.length === 0) {
    console.error(advice())
    process.exitCode = 2
    return
  }
  const child = spawn(nodes[0], argv, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
  child.on('error', () => {
    // An executable that this machine cannot run, such as one for another C library: the next one may.
    if (child.pid === undefined) start(nodes.slice(1), argv)
  })
  if (child.pid === undefined) return
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Windows tells everyone at the console by itself, and its `kill` would not ask but end.
    process.on(signal, () => process.platform === 'win32' || child.kill(signal))
  }
  child.on('exit', (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code))
}
