import assert from 'node:assert/strict'
import { sharePosition } from '@fleetward/shared'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { eachEngine } from '../support/engines.ts'

const ROLLOUT = { product: 'lamp', id: 'r' }

eachEngine(
  'a row that is there stays as it is, so that filling can be cut off anywhere and begun again',
  async (database) => {
    await database.insertInto('products').values({ id: 'lamp', created_at: 1 }).execute()
    const ids = Array.from({ length: 50 }, (_, index) => `D-${100 + index}`)
    await database
      .insertInto('devices')
      .values(
        ids.map((id) => ({
          ...{ id, product: 'lamp', cohort: 'homes', enrolled_at: 1, revoked_at: null },
          ...{
            last_seen_at: null,
            state: null,
            waiting_for: null,
            version: null,
            version_key: null,
          },
          ...{ security_counter: null, rollout: null, code: null, integrity: null },
        })),
      )
      .execute()
    const { members } = sqlStores(database)
    const place = { ...ROLLOUT, cohort: 'homes' }
    const rows = (devices: readonly string[]) =>
      devices.map((device) => ({ device, position: sharePosition('s', device), group: undefined }))
    const first = await members.missing(place, '', 20)
    await members.add(ROLLOUT, rows(first))
    await members.add(ROLLOUT, rows(first))
    const rest = await members.missing(place, '', 100)
    assert.deepEqual([...first, ...rest], ids)
    await members.add(ROLLOUT, rows(rest))
    assert.deepEqual(await members.missing(place, '', 100), [])

    await members.assignRanges(ROLLOUT, [{ from: 0, to: 5000 }], { from: 0, to: 10_000 })
    const within = ids.filter((device) => sharePosition('s', device) < 5000)
    assert.deepEqual(
      await members.missing(place, '', 100),
      ids.filter((id) => !within.includes(id)),
    )

    const turn = await members.offerFirst(ROLLOUT, 0, 3, 10)
    assert.equal(turn.length, 3)
    const steps = await members.steps(ROLLOUT, 0, 100)
    assert.equal(
      steps.reduce((sum, { count }) => sum + count, 0),
      within.length - 3,
    )
    await members.holdBelow(ROLLOUT, 0, 5000)
    const held = await members.offerBelow(ROLLOUT, 0, 5000, 20)
    assert.equal(held.length, within.length - 3)
    assert.deepEqual(await members.heldIn(ROLLOUT), [])
  },
)
