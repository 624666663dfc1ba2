import { expect, it } from 'vitest'
import { someClusterId } from '../../support/agent-bytes.ts'
import { costOf } from '../../support/demo-rows.ts'

it('compact rows of the demo’s mesh at a hundred pods are less than a tenth of what Azure’s agent writes', () => {
  const { pods, agent, compact } = costOf({ worlds: 13, minutes: 2, clusterId: someClusterId, fidelities: ['compact'] })
  expect(pods).toBeGreaterThanOrEqual(100)
  expect(agent.bytes / compact.bytes).toBeGreaterThan(10)
})
