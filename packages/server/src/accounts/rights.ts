/**
 * What somebody may do where. Rights are kept per product and never flow from one into another; `'*'` is every
 * product and all that lies above products.
 */
import { PERMISSIONS, type Permission, permissionsOf, type Role } from './permission.ts'

export const EVERYWHERE = '*'

export interface Grant {
  readonly role: Role
  /** A product, or {@link EVERYWHERE}. */
  readonly product: string
}

/** By product. */
export type Rights = ReadonlyMap<string, ReadonlySet<Permission>>

export function rightsOf(grants: readonly Grant[]): Rights {
  const rights = new Map<string, Set<Permission>>()
  for (const { role, product } of grants) {
    const there = rights.get(product) ?? new Set()
    for (const permission of permissionsOf(role)) there.add(permission)
    rights.set(product, there)
  }
  return rights
}

/** `product` may be {@link EVERYWHERE}: then a right on single products is not enough. */
export function mayIn(rights: Rights, permission: Permission, product: string): boolean {
  return [EVERYWHERE, product].some((where) => rights.get(where)?.has(permission) === true)
}

export function mayAnywhere(rights: Rights, permission: Permission): boolean {
  return [...rights.values()].some((permissions) => permissions.has(permission))
}

/** Whether the product is any of its business: without, its very existence is not. */
export function concerns(rights: Rights, product: string): boolean {
  return [EVERYWHERE, product].some((where) => (rights.get(where)?.size ?? 0) > 0)
}

/** {@link EVERYWHERE}, or the products in which it has the permission. */
export function productsWith(
  rights: Rights,
  permission: Permission,
): readonly string[] | typeof EVERYWHERE {
  if (mayIn(rights, permission, EVERYWHERE)) return EVERYWHERE
  return [...rights].flatMap(([product, permissions]) =>
    permissions.has(permission) ? [product] : [],
  )
}

/** No more than these rights, of them only the scopes, and only in this product or {@link EVERYWHERE}. */
export function narrowed(
  rights: Rights,
  { scopes, product }: { readonly scopes: readonly Permission[]; readonly product: string },
): Rights {
  if (product !== EVERYWHERE) {
    return rightsIn([[product, scopes.filter((scope) => mayIn(rights, scope, product))]])
  }
  return rightsIn(
    [...rights].map(([where, has]) => [where, scopes.filter((scope) => has.has(scope))]),
  )
}

/** Only what both may: the same in every product. */
export function common(one: Rights, other: Rights): Rights {
  const products = new Set([...one.keys(), ...other.keys()])
  return rightsIn(
    [...products].map((product) => [
      product,
      PERMISSIONS.filter((it) => mayIn(one, it, product) && mayIn(other, it, product)),
    ]),
  )
}

/** The first thing that `other` may and `rights` may not. Undefined: nothing, `rights` covers it. */
export function beyond(
  rights: Rights,
  other: Rights,
): { readonly permission: Permission; readonly product: string } | undefined {
  for (const [product, permissions] of other) {
    for (const permission of permissions) {
      if (!mayIn(rights, permission, product)) return { permission, product }
    }
  }
  return undefined
}

export function without(rights: Rights, taken: readonly Permission[]): Rights {
  return rightsIn(
    [...rights].map(([where, has]) => [
      where,
      [...has].filter((permission) => !taken.includes(permission)),
    ]),
  )
}

/** Without products in which nothing is left. */
function rightsIn(byProduct: readonly (readonly [string, readonly Permission[]])[]): Rights {
  return new Map(
    byProduct.flatMap(([product, permissions]) =>
      permissions.length === 0 ? [] : [[product, new Set(permissions)]],
    ),
  )
}
