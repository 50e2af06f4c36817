/** Reset and erase over the local API. What cannot be undone wants the device's id, typed by a person. */
import { readFields } from '../local-api/request-fields.ts'
import type { LocalRequest, LocalRoute } from '../local-api/route.ts'
import type { Receipts } from './receipt.ts'
import type { Asking, ResetDesk } from './reset-desk.ts'
import type { ResetLevel } from './reset-intent.ts'

const CONFIRM_MAX_BYTES = 200

export interface ResetPlace {
  readonly reset: Pick<ResetDesk, 'askConfirmed'>
  readonly receipts: Pick<Receipts, 'all'>
}

export function resetRoutes({ reset, receipts }: ResetPlace): LocalRoute[] {
  return [
    {
      method: 'POST',
      path: '/1/reset',
      summary:
        'Brings the secure defaults back: `level` `settings` keeps the data, `factory` erases it. `confirm` is the device’s id.',
      forPage: true,
      async answer(request) {
        const { level, confirm } = readFields(request, (fields) => ({
          level: fields.oneOf<'settings' | 'factory'>('level', ['settings', 'factory']),
          confirm: fields.text('confirm', CONFIRM_MAX_BYTES),
        }))
        return { json: { ...(await reset.askConfirmed(asking(level, request), confirm)) } }
      },
    },
    {
      method: 'POST',
      path: '/1/erase',
      summary: 'Erases the owner’s data for good; settings stay. `confirm` is the device’s id.',
      forPage: true,
      async answer(request) {
        const confirm = readFields(request, (fields) => fields.text('confirm', CONFIRM_MAX_BYTES))
        return { json: { ...(await reset.askConfirmed(asking('erase', request), confirm)) } }
      },
    },
    {
      method: 'GET',
      path: '/1/receipts',
      summary: 'Signed receipts of the last resets, erasures and imports, the newest first.',
      forPage: true,
      async answer() {
        const kept = await receipts.all()
        return { json: { receipts: kept.map(({ receipt, token }) => ({ ...receipt, token })) } }
      },
    },
  ]
}

export function asking(level: ResetLevel, { by, signal }: LocalRequest): Asking {
  return { level, by, answered: signal }
}
