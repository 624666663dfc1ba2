#!/usr/bin/env node
// Read by whatever Node the machine has, back to Node 12: see find-node.mjs.
import { fileURLToPath } from 'url'
import { launch } from './launch.mjs'

launch(fileURLToPath(new URL('../src/main.ts', import.meta.url)), process.argv.slice(2))
