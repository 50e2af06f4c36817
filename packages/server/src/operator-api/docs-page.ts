/**
 * The OpenAPI document as a page, behind the guard like all of the API. Swagger UI comes from this server alone: no
 * other origin is asked for anything, and the page's policy would not let it.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type RequestHandler, Router } from 'express'
import { z } from 'zod'
import type { ZodOpenApiPathsObject } from 'zod-openapi'
import { answers } from '../http/api-schema.ts'
import { parseRequest } from '../http/parse-request.ts'

const FROM_SWAGGER = ['swagger-ui.css', 'swagger-ui-bundle.js'] as const
const OURS = ['start.js', 'page.css'] as const
const FILES = [...FROM_SWAGGER, ...OURS] as const

const inFile = z.object({ file: z.enum(FILES) })

/** Swagger UI sets style attributes and has its arrows as data URLs; nothing else is let in. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Fleetward operator API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/page.css">
</head>
<body>
<main id="api"></main>
<noscript>This page needs JavaScript. The document itself is <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

export const docsPaths: ZodOpenApiPathsObject = {
  '/docs': {
    get: {
      summary: 'This document as a page',
      'x-permission': 'anyone-signed-in',
      responses: answers({ 200: { description: 'HTML' } }),
    },
  },
  '/docs/{file}': {
    get: {
      summary: 'What that page loads',
      'x-permission': 'anyone-signed-in',
      requestParams: { path: inFile },
      responses: answers({ 200: { description: 'A script or a stylesheet' } }),
    },
  },
}

export function docsRoutes(): Router {
  const routes = Router()

  routes.get('/docs', policy, (_request, response) => {
    response.type('html').send(PAGE)
  })

  routes.get('/docs/:file', policy, (request, response) => {
    const { file } = parseRequest(inFile, request.params)
    // Kept by the browser, 1.7 MB are enough once; the directory is found and nothing else is looked up.
    response.set('Cache-Control', 'private, max-age=86400')
    response.sendFile(file, { root: folderOf(file), cacheControl: false })
  })

  return routes
}

function folderOf(file: (typeof FILES)[number]): string {
  if ((OURS as readonly string[]).includes(file)) return join(import.meta.dirname, 'docs-page')
  return join(createRequire(import.meta.url).resolve('swagger-ui-dist/swagger-ui.css'), '..')
}

const policy: RequestHandler = (_request, response, next) => {
  response.set('Content-Security-Policy', POLICY)
  next()
}
