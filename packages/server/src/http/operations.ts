/**
 * The operations of the OpenAPI document, found by method and path: what the guard knows of a route. Paths are
 * compared as they came, percent-encoding and all, as express does it; only a segment's value is decoded.
 */
import { isPermission, type Requirement } from '../accounts/permission.ts'
import { PathTree } from './path-tree.ts'

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
  /** Of each path, its operations by method. */
  readonly #paths = new PathTree<ReadonlyMap<string, Operation>>()

  constructor(paths: DocumentedPaths) {
    for (const [path, operations] of Map.groupBy(operationsOf(paths), (each) => each.path)) {
      this.#paths.add(path, new Map(operations.map((each) => [each.method, each])))
    }
  }

  /** `path` is what follows /api/1. Undefined: there is no such path. */
  find(method: string, path: string): Found | undefined {
    // Nothing has a null character in its name: PostgreSQL keeps none.
    const known = path.includes('%00') ? undefined : this.#paths.find(path)
    if (known === undefined) return undefined
    const [first] = known.values()
    return {
      operation: known.get(method === 'HEAD' ? 'GET' : method),
      product: first !== undefined && isInProduct(first) ? decoded(path) : undefined,
      methods: [...known.keys()],
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

function isInProduct({ path }: Operation): boolean {
  return path === IN_PRODUCT || path.startsWith(`${IN_PRODUCT}/`)
}

/** The product that a path of one names. What cannot be decoded is no product's name. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path.split('/', 3)[2] ?? '')
  } catch {
    return ''
  }
}
