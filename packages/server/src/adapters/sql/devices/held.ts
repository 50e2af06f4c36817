/** Whether a rollout keeps the device from its cohort's manifests (rollouts/late-joiners.ts). */
import { type ExpressionBuilder, sql } from 'kysely'
import type { Tables } from '../database.ts'

/** A column `held` of a query over `devices`: a truth value in the engine's own way. */
export function isHeld({ exists, selectFrom }: ExpressionBuilder<Tables, 'devices'>) {
  return exists(
    selectFrom('rollout_members')
      .select('rollout_members.device')
      .whereRef('rollout_members.device', '=', 'devices.id')
      // As the index on those who are held has it.
      .where('rollout_members.held', '=', sql.lit(1)),
  ).as('held')
}
