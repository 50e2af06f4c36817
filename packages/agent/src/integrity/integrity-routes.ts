/** What the integrity check found, over the local API. */
import type { LocalRoute } from '../local-api/route.ts'
import type { IntegrityWatch } from './integrity-watch.ts'

export function integrityRoutes(watch: Pick<IntegrityWatch, 'status'>): LocalRoute[] {
  const status = () => {
    const { state, checkedAt, damaged } = watch.status()
    return {
      json: {
        state,
        ...(checkedAt === undefined ? {} : { checkedAt }),
        ...(damaged === undefined ? {} : { damaged: [...damaged] }),
      },
    }
  }
  return [
    {
      method: 'GET',
      path: '/1/integrity',
      summary: 'What the last check of the agent and the running software found, and when.',
      forPage: true,
      answer: async () => status(),
    },
  ]
}
