/** What a release fixes, each with the finding that it answers, where there is one and the viewer may see it. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'

export interface FixLinksProps {
  readonly product: string
  readonly fixes: readonly string[]
}

/** Of more only the names are shown: each is a question of its own. */
const ASKED_MAX_COUNT = 10

export function FixLinks({ product, fixes }: FixLinksProps) {
  const asked = may('finding.read', product) ? fixes.slice(0, ASKED_MAX_COUNT) : []
  const findings = useAsked(
    async (signal) => {
      const found = asked.map(async (vulnerability) => {
        const query = { vulnerability, ended: 'true', limit: 1 } as const
        const path = { product }
        const { value } = await call('GET /products/{product}/findings', { path, query, signal })
        return [vulnerability, value[0]?.id] as const
      })
      return new Map(await Promise.all(found))
    },
    [product, asked],
  )
  return (
    <>
      {fixes.map((fix, index) => {
        const id = findings.value?.get(fix)
        return (
          <span key={fix}>
            {index > 0 && ', '}
            {id === undefined ? fix : <a href={to.finding(product, id)}>{fix}</a>}
          </span>
        )
      })}
    </>
  )
}
