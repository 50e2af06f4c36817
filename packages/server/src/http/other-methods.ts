/**
 * A path that exists answers another method with 405 and says which it knows (RFC 9110 §15.5.6). Which paths
 * exist is read from the OpenAPI document, which a test holds against the routes.
 */
import type { RequestHandler } from 'express'
import { HttpError } from './problem.ts'

export type DocumentedPaths = Readonly<Record<string, object>>

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const

/** Mounted where the document's paths begin, behind all routes. */
export function refuseOtherMethods(paths: DocumentedPaths): RequestHandler {
  const known = Object.entries(paths).map(([path, operations]) => ({
    pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}/?$`),
    methods: METHODS.filter((method) => method in operations).map((method) => method.toUpperCase()),
  }))
  return (request, response, next) => {
    const methods = known.find(({ pattern }) => pattern.test(request.path))?.methods
    // A method that the path knows came here because its route found nothing: that is a 404.
    if (methods === undefined || methods.includes(request.method)) return next()
    const allowed = methods.join(', ')
    response.set('Allow', allowed)
    throw new HttpError(405, 'METHOD_NOT_ALLOWED', `This address knows ${allowed}`)
  }
}
