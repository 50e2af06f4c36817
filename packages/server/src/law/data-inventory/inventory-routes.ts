import { Router } from 'express'
import { permitOf } from '../../http/door/permit.ts'
import type { RetentionSettings } from '../../retention/retention-settings.ts'
import type { Database } from '../../stores.ts'
import { dataUseGaps } from './data-use.ts'
import { fleetwardData } from './fleetward-data.ts'

const ALL_COUNT = 500

export interface InventoryRoutesNeeds {
  readonly database: Database
  readonly retention: RetentionSettings
}

export function inventoryRoutes({ database, retention }: InventoryRoutesNeeds): Router {
  const routes = Router({ mergeParams: true })

  routes.get('/data-inventory', async (request, response) => {
    const { product } = permitOf(request)
    const uses = await database.records.list(product, 'data-use', { limit: ALL_COUNT })
    const risks = new Set((await database.risks.all(product)).map(({ id }) => id))
    const gaps = uses.flatMap(({ id, content }) =>
      dataUseGaps(content, risks).map((gap) => ({ dataUse: id, gap })),
    )
    response.json({
      ...{ fleetward: fleetwardData(retention), productCount: uses.length, gaps },
      isComplete: uses.length > 0 && gaps.length === 0,
    })
  })

  return routes
}
