/** Who is told of it already: the advisories and open cases about it, so that nobody begins a second one unawares. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { FindingInFull } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { say } from '../../../words/say.tsx'

export interface FindingToldProps {
  readonly product: string
  readonly finding: FindingInFull
}

const LISTED_COUNT = 200

export function FindingTold({ product, finding }: FindingToldProps) {
  const { names } = finding
  const asked = useAsked(
    async (signal) => {
      const isAbout = (others: readonly string[]) => others.some((name) => names.includes(name))
      const query = { limit: LISTED_COUNT }
      const advisories = may('advisory.read', product)
        ? (await call('GET /products/{product}/advisories', { path: { product }, query, signal }))
            .value
        : []
      const cases = may('case.read', product)
        ? (await call('GET /cases', { query: { ...query, state: 'open' }, signal })).value
        : []
      return {
        advisories: advisories.filter((one) => one.state !== 'withdrawn' && isAbout(one.names)),
        cases: cases.filter((one) => one.product === product && isAbout(one.cves)),
      }
    },
    [product, names],
    { events: ['advisory.*', 'case.*'] },
  )
  const { advisories = [], cases = [] } = asked.value ?? {}
  if (advisories.length + cases.length === 0) return null
  return (
    <p class="row">
      <span class="quiet">{say('vulnerabilities.toldAlready')}</span>
      {advisories.map(({ id, state }) => (
        <a key={id} href={to.advisory(product, id)}>
          {say('vulnerabilities.toldAdvisory', { id, state: say(`advisories.state-${state}`) })}
        </a>
      ))}
      {cases.map(({ id, title }) => (
        <a key={id} href={to.case(id)}>
          {say('vulnerabilities.toldCase', { title })}
        </a>
      ))}
    </p>
  )
}
