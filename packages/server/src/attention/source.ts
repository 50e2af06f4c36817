/** Where matters come from: one source looks at one concern, with the stores that its own screen has. */
import type { z } from 'zod'
import type { Actor } from '../accounts/actor.ts'
import type { Permission } from '../accounts/permission.ts'
import type { EVERYWHERE } from '../accounts/rights.ts'
import type { Stores } from '../stores.ts'
import type { Matter } from './matter.ts'
import type { DeviceCount } from './remembered-counts.ts'

export interface Looking {
  readonly stores: Stores
  /** Seconds since 1970. */
  readonly now: number
  /** Ids of those in which the caller has the permission of the source. */
  readonly products: readonly string[]
  /** The same as the stores take it: `'*'` has what is of no product, too. */
  readonly permitted: readonly string[] | typeof EVERYWHERE
  /** What was counted under this name a moment ago, or now. */
  counted(name: string, count: () => Promise<number>): Promise<DeviceCount>
  /** By which names this server goes. */
  readonly hosts: readonly string[]
  readonly caller: {
    readonly actor: Actor
    mayIn(product: string, permission: Permission): boolean
    productsWith(permission: Permission): readonly string[] | typeof EVERYWHERE
  }
}

export interface Source {
  /** What its own screen needs; without it the source is not asked. */
  readonly needs: Permission
  /**
   * `ofProducts`: in each product for itself. `ofServer`: on the whole server, and a right on single products is not
   * enough. `ofAll`: it belongs to no product, and the permission in any is enough.
   */
  readonly reach: 'ofProducts' | 'ofServer' | 'ofAll'
  readonly kinds: readonly string[]
  find(looking: Looking): Promise<readonly Matter[]>
}

type Schema = z.ZodType<Matter> & { readonly shape: { readonly kind: { readonly value: string } } }

/** Ties what is found to the schemas of its kinds: what they do not have does not compile. */
export function source<const Schemas extends readonly Schema[]>(
  schemas: Schemas,
  {
    needs,
    reach = 'ofProducts',
    find,
  }: {
    readonly needs: Permission
    readonly reach?: Source['reach']
    readonly find: (looking: Looking) => Promise<readonly z.output<Schemas[number]>[]>
  },
): Source & { readonly schemas: Schemas } {
  return { schemas, needs, reach, find, kinds: schemas.map(({ shape }) => shape.kind.value) }
}
