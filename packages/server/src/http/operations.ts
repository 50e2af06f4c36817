/**
 * The operations of the OpenAPI document, found by method and path: what the guard knows of a route. Paths are
 * compared as they came, percent-encoding and all, as express does it; only a segment's value is decoded.
 */
import { isPermission, type Requirement } from '../accounts/permission.ts'

export type DocumentedPaths = Readonly<Record<string, object>>

export interface Operation {
  /** Upper case. */
  readonly method: string
  /** As documented: `/products/{product}/devices`. */
  readonly path: string
  readonly permission: Requirement
  readonly stepUp: boolean
  /** Above products: whether the permission on one product is enough. The route shows no more than that. */
  readonly anyProduct: boolean
  /** Whether a change has to say which revision it saw (revision.ts). */
  readonly ifMatch: boolean
  /** Whether the answer holds a secret that is shown once, and kept nowhere. */
  readonly secretAnswer: boolean
  /** Names of the query's parameters. */
  readonly queries: ReadonlySet<string>
  readonly takesBody: boolean
}

export interface Found {
  /** Undefined when the path knows other methods only. */
  readonly operation: Operation | undefined
  /** Undefined above products. */
  readonly product: string | undefined
  /** Methods that the path knows. */
  readonly methods: readonly string[]
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'] as const
const IN_PRODUCT = '/products/{product}'

/** Throws when an operation names no permission: nothing may be open by being forgotten. */
export function operationsOf(paths: DocumentedPaths): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    METHODS.flatMap((method) => {
      const operation = (operations as Record<string, Record<string, unknown> | undefined>)[method]
      if (operation === undefined) return []
      const permission = operation['x-permission']
      if (!isRequirement(permission)) {
        throw new Error(`${method} ${path} names no x-permission in the OpenAPI document`)
      }
      const stepUp = operation['x-step-up'] === true
      const anyProduct = operation['x-any-product'] === true
      const ifMatch = operation['x-if-match'] === true
      const secretAnswer = operation['x-secret-answer'] === true
      const takesBody = operation.requestBody !== undefined
      const what = { method: method.toUpperCase(), path, permission, queries: queriesOf(operation) }
      return [{ ...what, stepUp, anyProduct, ifMatch, secretAnswer, takesBody }]
    }),
  )
}

export class Operations {
  /** Words before names: `/tokens/own` is not the token `own`. */
  readonly #paths: readonly { pattern: RegExp; operations: readonly Operation[] }[]

  constructor(paths: DocumentedPaths) {
    const byPath = Map.groupBy(operationsOf(paths), ({ path }) => path)
    this.#paths = [...byPath]
      .toSorted(([one], [other]) => (wordsFirst(one) < wordsFirst(other) ? -1 : 1))
      .map(([path, operations]) => ({ pattern: patternOf(path), operations }))
  }

  /** `path` is what follows /api/1. Undefined: there is no such path. */
  find(method: string, path: string): Found | undefined {
    const known = this.#paths.find(({ pattern }) => pattern.test(path))
    if (known === undefined) return undefined
    const { pattern, operations } = known
    const wanted = method === 'HEAD' ? 'GET' : method
    const [, product] = pattern.exec(path) ?? []
    return {
      operation: operations.find((operation) => operation.method === wanted),
      product: product === undefined ? undefined : decoded(product),
      methods: operations.map((operation) => operation.method),
    }
  }
}

function isRequirement(value: unknown): value is Requirement {
  if (typeof value !== 'string') return false
  return value === 'public' || value === 'anyone-signed-in' || isPermission(value)
}

function queriesOf({ parameters = [] }: Record<string, unknown>): ReadonlySet<string> {
  const documented = parameters as readonly { readonly in: string; readonly name: string }[]
  return new Set(documented.flatMap((one) => (one.in === 'query' ? [one.name] : [])))
}

/** The only group is the product. */
function patternOf(path: string): RegExp {
  const inProduct = path === IN_PRODUCT || path.startsWith(`${IN_PRODUCT}/`)
  const rest = (inProduct ? path.slice(IN_PRODUCT.length) : path)
    .replace(/[.*+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{[^}]+\}/g, '[^/]+')
  return new RegExp(`^${inProduct ? '/products/([^/]+)' : ''}${rest}/?$`)
}

/** `~` sorts behind every letter. */
function wordsFirst(path: string): string {
  return path.replace(/\{[^}]+\}/g, '~')
}

/** What cannot be decoded is no product's name. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return ''
  }
}
