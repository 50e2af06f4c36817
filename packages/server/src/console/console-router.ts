/**
 * Hands out the console below {@link CONSOLE}. Its files hold nothing that anybody may not see; what it shows comes
 * from the API, with the viewer's own rights. Every address of it is the same page, which knows its own screens.
 */
import { type Request, type RequestHandler, type Response, Router } from 'express'
import { type ConsoleFile, consoleFiles } from './console-files.ts'

export const CONSOLE = '/console'

/** Nothing but its own files, no markup made of text, no other host. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

const NOT_BUILT = `The console is not built on this server.

Build it once, where Fleetward lies: npm run console:build
and start the server again. Everything the console does the command fleetward can do as well;
your account is at /account.
`

/** `files`: null where the console was not built. */
export function consoleRouter(files = consoleFiles() ?? null): Router {
  const router = Router({ caseSensitive: true, strict: true })
  router.use(CONSOLE, headers)
  router.get(CONSOLE, (_request, response) => response.redirect(308, `${CONSOLE}/`))
  router.get(`${CONSOLE}/*path`, (request, response, next) => {
    if (files === null) {
      response.status(503).set('Retry-After', '60').type('text').send(NOT_BUILT)
      return
    }
    const name = request.path.slice(CONSOLE.length + 1)
    if (name.startsWith('assets/')) {
      const file = files.get(name)
      if (file === undefined) return next()
      // Its name changes with its content.
      return send(request, response, file, 'public, max-age=31536000, immutable')
    }
    const page = files.get('index.html')
    if (page === undefined) return next()
    send(request, response, page, 'no-cache')
  })
  router.get(`${CONSOLE}/`, (request, response, next) => {
    const page = files?.get('index.html')
    if (page !== undefined) return send(request, response, page, 'no-cache')
    if (files !== null) return next()
    response.status(503).set('Retry-After', '60').type('text').send(NOT_BUILT)
  })
  return router
}

const headers: RequestHandler = (_request, response, next) => {
  response.set({
    'Content-Security-Policy': POLICY,
    'Referrer-Policy': 'same-origin',
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  })
  next()
}

function send(request: Request, response: Response, file: ConsoleFile, caching: string): void {
  const { bytes, gzip, contentType, etag } = file
  response.set({ 'Cache-Control': caching, ETag: etag, Vary: 'Accept-Encoding' })
  if (request.get('if-none-match') === etag) {
    response.status(304).end()
    return
  }
  response.set('Content-Type', contentType)
  if (gzip !== undefined && request.acceptsEncodings('gzip') === 'gzip') {
    response.set('Content-Encoding', 'gzip').send(gzip)
  } else response.send(bytes)
}
