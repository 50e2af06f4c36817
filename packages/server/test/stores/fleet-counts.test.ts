import assert from 'node:assert/strict'
import { SERVER_ACTOR } from '../../src/accounts/actor.ts'
import { fleetCounts } from '../../src/adapters/sql/devices/fleet-counts.ts'
import { sqlStores } from '../../src/adapters/sql/sql-stores.ts'
import { LOG_SERVER } from '../../src/audit/export/told-store.ts'
import { eachEngine } from '../support/engines.ts'

eachEngine('how far the log server lags behind is told', async (database) => {
  const { audit, told } = sqlStores(database)
  for (const action of ['a.b', 'a.c', 'a.d']) {
    await audit.append({ at: 1, actor: SERVER_ACTOR, action, subject: 'server', outcome: 'done' })
  }
  const counted = async () => {
    const { auditEntries, auditEntriesSent } = await fleetCounts(database)
    return [auditEntries, auditEntriesSent]
  }
  assert.deepEqual(await counted(), [3, 0])
  await told.save(LOG_SERVER, 2)
  assert.deepEqual(await counted(), [3, 2])
})
