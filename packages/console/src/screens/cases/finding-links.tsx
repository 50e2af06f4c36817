/** Findings of the product by the name of a vulnerability: one for each component that has it. */
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'

const SHOWN_MAX_COUNT = 10

export interface FindingLinksProps {
  readonly product: string
  readonly vulnerability: string
}

export function FindingLinks({ product, vulnerability }: FindingLinksProps) {
  const asked = useAsked(
    async (signal) =>
      (
        await call('GET /products/{product}/findings', {
          ...{ path: { product }, query: { vulnerability, limit: SHOWN_MAX_COUNT }, signal },
        })
      ).value,
    [product, vulnerability],
  )
  const findings = asked.value ?? []
  if (findings.length === 0) return <>{vulnerability}</>
  return (
    <>
      {findings.map(({ id, componentName }) => (
        <span key={id}>
          <a href={to.finding(product, id)}>
            {vulnerability} ({componentName})
          </a>{' '}
        </span>
      ))}
    </>
  )
}
