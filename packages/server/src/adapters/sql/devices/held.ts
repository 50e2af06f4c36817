/** Whether a rollout keeps the device from its cohort's manifests (rollouts/late-joiners.ts). */
import type { ExpressionBuilder } from 'kysely'
import type { Tables } from '../database.ts'

/** A column `held` of a query over `devices`: a truth value in the engine's own way. */
export function isHeld({ exists, selectFrom }: ExpressionBuilder<Tables, 'devices'>) {
  return exists(
    selectFrom('rollout_members')
      .select('rollout_members.device')
      .whereRef('rollout_members.device', '=', 'devices.id')
      .where('rollout_members.held', '=', 1),
  ).as('held')
}
