import type { App } from './app.ts'
import { sendError } from './answers.ts'

/** 404 that lists what there is; 405 where only the method is wrong. Everything is read-only. */
export function answerUnknownPaths(app: App): void {
  const paths = new Set<string>()
  app.addHook('onRoute', ({ url }) => void paths.add(url))
  app.setNotFoundHandler((request, reply) => {
    const [path = ''] = request.url.split('?')
    if (paths.has(path)) {
      const message = `${path} is only read: GET or HEAD.`
      return sendError(reply.header('allow', 'GET, HEAD'), 405, { code: 'method_not_allowed', message })
    }
    return sendError(reply, 404, { code: 'not_found', message: 'There is nothing at this path.', paths: [...paths].sort() })
  })
}
