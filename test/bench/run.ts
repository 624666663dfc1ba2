// usage: npm run bench [-- reading|peers|overload|hold|weight|kube|series|rows|outbox|spans|osm …]; what each takes stands at its top.

const benches = {
  reading: () => import('./reading.ts'),
  peers: () => import('./peers.ts'),
  overload: () => import('./overload.ts'),
  hold: () => import('./hold.ts'),
  weight: () => import('./weight.ts'),
  kube: () => import('./kube-memory.ts'),
  series: () => import('./series.ts'),
  rows: () => import('./rows.ts'),
  outbox: () => import('./outbox.ts'),
  spans: () => import('./spans.ts'),
  osm: () => import('./osm.ts'),
}

const [name = ''] = process.argv.slice(2).filter((word) => !word.startsWith('-'))
await(Object.hasOwn(benches, name) ? benches[name as keyof typeof benches] : benches.reading)()
