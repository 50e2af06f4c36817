/** Every version of the facts: none is ever changed. */
import { call } from '../../../api/call.ts'
import { FORMS } from '../../../forms/forms.gen.ts'
import { Written } from '../../../forms/written.tsx'
import { usePages } from '../../../live/pages.ts'
import { More } from '../../../pieces/tables/more.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say } from '../../../words/say.tsx'

const PAGE_COUNT = 20

export function FactVersions({ product }: { readonly product: string }) {
  const asked = usePages(
    (after, signal) =>
      call('GET /products/{product}/facts/versions', {
        path: { product },
        query: { limit: PAGE_COUNT, ...(after === undefined ? {} : { after: Number(after) }) },
        signal,
      }),
    [product],
  )
  const versions = asked.value ?? []
  if (versions.length === 0) return null
  return (
    <section class="card" aria-labelledby="versions">
      <h2 id="versions">{say('product.versions')}</h2>
      {versions.map(({ version, at, by, facts }) => (
        <details key={version}>
          <summary>
            {say('product.version', { version })} · <Time at={at} isExact /> · {by}
          </summary>
          <Written fields={FORMS.ProductFacts} value={{ ...facts }} />
        </details>
      ))}
      <More of={asked} />
    </section>
  )
}
