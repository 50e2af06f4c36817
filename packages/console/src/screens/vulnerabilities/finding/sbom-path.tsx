/** By what way a component came into a release, as the release's SBOM says. */
import { call } from '../../../api/call.ts'
import { useAsked } from '../../../live/asked.ts'
import { oneByOne } from '../../../live/one-by-one.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { say } from '../../../words/say.tsx'

export interface SbomPathProps {
  readonly product: string
  readonly finding: string
  readonly version: string
  readonly place: string
}

export function SbomPath({ product, finding, version, place }: SbomPathProps) {
  const asked = useAsked(
    (given) =>
      oneByOne(async (signal) => {
        const { value } = await call('GET /products/{product}/findings/{finding}/paths', {
          ...{ path: { product, finding }, query: { release: version }, signal },
        })
        return value
      }, given),
    [product, finding, version],
  )
  return (
    <Loaded asked={asked}>
      {({ state, paths }) => {
        const steps = paths.find(({ ref }) => ref === place)?.steps ?? []
        if (state !== 'read') return <p class="quiet">{say(`vulnerabilities.path-${state}`)}</p>
        if (steps.length === 0) return <p class="quiet">{say('vulnerabilities.noPath')}</p>
        return (
          <ol class="sbom-path" aria-label={say('vulnerabilities.path')}>
            {steps.map(({ ref, name, version: of }) => (
              <li key={ref}>{[name, of].filter(Boolean).join(' ')}</li>
            ))}
          </ol>
        )
      }}
    </Loaded>
  )
}
