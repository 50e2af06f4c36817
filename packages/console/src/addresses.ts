/** Every address of the console, in one place: links are made here, and routes are written as the same paths. */

export const BASE = '/console'

type Query = Readonly<Record<string, string | undefined>>

export const to = {
  now: () => `${BASE}/`,
  guide: () => `${BASE}/first-steps`,
  cases: (query: Query = {}) => withQuery(`${BASE}/cases`, query),
  case: (id: string, query: Query = {}) =>
    withQuery(`${BASE}/cases/${encodeURIComponent(id)}`, query),
  reports: (query: Query = {}) => withQuery(`${BASE}/reports`, query),
  report: (id: string) => `${BASE}/reports/${encodeURIComponent(id)}`,
  audit: (query: Query = {}) => withQuery(`${BASE}/audit`, query),
  settings: (part?: string, query: Query = {}) =>
    withQuery(`${BASE}/settings${part === undefined ? '' : `/${part}`}`, query),
  fleet: (product: string, query: Query = {}) => withQuery(inProduct(product, 'fleet'), query),
  device: (product: string, device: string) => inProduct(product, 'fleet', device),
  releases: (product: string) => inProduct(product, 'releases'),
  release: (product: string, version: string) => inProduct(product, 'releases', version),
  rollouts: (product: string) => inProduct(product, 'rollouts'),
  rollout: (product: string, rollout: string, query: Query = {}) =>
    withQuery(inProduct(product, 'rollouts', rollout), query),
  newRollout: (product: string, query: Query = {}) =>
    withQuery(inProduct(product, 'new-rollout'), query),
  vulnerabilities: (product: string, query: Query = {}) =>
    withQuery(inProduct(product, 'vulnerabilities'), query),
  finding: (product: string, finding: string) => inProduct(product, 'vulnerabilities', finding),
  advisories: (product: string, query: Query = {}) =>
    withQuery(inProduct(product, 'advisories'), query),
  advisory: (product: string, advisory: string, query: Query = {}) =>
    withQuery(inProduct(product, 'advisories', advisory), query),
  product: (product: string, part?: string, query: Query = {}) =>
    withQuery(part === undefined ? inProduct(product) : inProduct(product, 'about', part), query),
} as const

/** The product that an address is about. */
export function productOf(path: string): string | undefined {
  const product = /^\/console\/products\/([^/]+)/.exec(path)?.[1]
  return product === undefined ? undefined : decodeURIComponent(product)
}

function inProduct(product: string, ...rest: readonly string[]): string {
  return [BASE, 'products', product, ...rest]
    .map((part, index) => (index === 0 ? part : encodeURIComponent(part)))
    .join('/')
}

function withQuery(path: string, query: Query): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') search.set(key, value)
  }
  const text = search.toString()
  return text === '' ? path : `${path}?${text}`
}
