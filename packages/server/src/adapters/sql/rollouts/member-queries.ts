/** How queries about a rollout's devices begin. */
import type { Kysely } from 'kysely'
import type { RolloutKey } from '../../../rollouts/member-store.ts'
import type { Tables } from '../database.ts'

export function membersOf(database: Kysely<Tables>, { product, id }: RolloutKey) {
  return database
    .selectFrom('rollout_members')
    .where('product', '=', product)
    .where('rollout', '=', id)
}

/** With what is known of each device. */
export function membersWithDevices(database: Kysely<Tables>, { product, id }: RolloutKey) {
  return database
    .selectFrom('rollout_members as member')
    .innerJoin('devices as device', 'device.id', 'member.device')
    .where('member.product', '=', product)
    .where('member.rollout', '=', id)
}
