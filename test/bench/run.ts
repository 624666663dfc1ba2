// usage: npm run bench [-- reading|overload|hold|weight|kube|series|rows|outbox|spans …]; what each takes stands at its top.

const benches = {
  reading: () => import('./reading.ts'),
  overload: () => import('./overload.ts'),
  hold: () => import('./hold.ts'),
  weight: () => import('./weight.ts'),
  kube: () => import('./kube-memory.ts'),
  series: () => import('./series.ts'),
  rows: () => import('./rows.ts'),
  outbox: () => import('./outbox.ts'),
  spans: () => import('./spans.ts'),
}

const [name = ''] = process.argv.slice(2).filter((word) => !word.startsWith('-'))
await(Object.hasOwn(benches, name) ? benches[name as keyof typeof benches] : benches.reading)()
