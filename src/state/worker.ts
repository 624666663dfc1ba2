import { parentPort, workerData } from 'node:worker_threads'
import { Store, type Writing } from './store.ts'

/** The thread that owns the state's file: one question, one answer, in order. */
export type Question =
  | { readonly ask: 'open' | 'isEmpty' | 'load' | 'filed' | 'commit' | 'close' }
  | { readonly ask: 'chunkBody'; readonly id: number }
  | { readonly ask: 'write'; readonly writing: Writing }
export type Answer = { readonly answer: unknown } | { readonly error: { readonly message: string; readonly code: number } }

let store: Store | undefined

function answer(question: Question): unknown {
  switch (question.ask) {
    case 'open':
      store = new Store(String(workerData))
      return undefined
    case 'isEmpty':
      return store?.isEmpty
    case 'load':
      return store?.load()
    case 'filed':
      return store?.filed()
    case 'chunkBody':
      return store?.chunkBody(question.id)
    case 'write':
      return store?.write(question.writing)
    case 'commit':
      return store?.commit()
    case 'close':
      return store?.close()
  }
}

parentPort?.on('message', (question: Question) => {
  const reply = (said: Answer) => parentPort?.postMessage(said)
  try {
    reply({ answer: answer(question) })
  } catch (error) {
    const { message, errcode = 0 } = error as Error & { errcode?: number }
    reply({ error: { message, code: errcode } })
  }
})
