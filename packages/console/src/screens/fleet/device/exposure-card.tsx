/** What a device is exposed to, as far as it is known: by the version that it runs. */
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { Device, Finding } from '../../../api/operator-api.gen.ts'
import { useAsked } from '../../../live/asked.ts'
import { may } from '../../../live/me.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { say, sayWith } from '../../../words/say.tsx'
import { Card } from './card.tsx'
import { openFindings } from './open-findings.ts'

const PAGE_COUNT = 100
const SHOWN_COUNT = 12

export function ExposureCard({ device: { product, version } }: { readonly device: Device }) {
  return may('finding.read', product) ? <Exposed product={product} version={version} /> : null
}

function Exposed({ product, version }: { product: string; version: string | undefined }) {
  const asked = useAsked(
    async (signal) => {
      if (version === undefined) return undefined
      const [found, coverage] = await Promise.all([
        call('GET /products/{product}/findings', {
          ...{ path: { product }, query: { release: version, limit: PAGE_COUNT }, signal },
        }),
        call('GET /products/{product}/releases/{version}/coverage', {
          ...{ path: { product, version }, signal },
          // A version that was never published here has none; then nothing is known.
        }).then(
          ({ value }) => value.state === 'matched',
          () => false,
        ),
      ])
      return {
        open: openFindings(found.value, version),
        isMore: found.next !== undefined,
        isMatched: coverage,
      }
    },
    [product, version],
    { events: ['finding.*', 'advisory.*'] },
  )
  return (
    <Card title={say('device.exposed')}>
      <Loaded
        asked={{
          ...asked,
          value: asked.isLoading && asked.value === undefined ? undefined : { known: asked.value },
        }}
      >
        {({ known }) =>
          known === undefined || version === undefined ? (
            <p>{say('device.exposedUnknown')}</p>
          ) : (
            <>
              {known.open.length === 0 ? (
                <p>
                  {say(known.isMatched ? 'device.exposedNone' : 'device.exposedNotLooked', {
                    version,
                  })}
                </p>
              ) : (
                <FindingList product={product} findings={known.open} />
              )}
              {(known.isMore || known.open.length > SHOWN_COUNT) && (
                <p>
                  <a href={to.vulnerabilities(product, { release: version })}>
                    {say('device.exposedAll', { version })}
                  </a>
                </p>
              )}
              <p class="quiet">
                {sayWith('device.exposedHow', {
                  version: <a href={to.release(product, version)}>{version}</a>,
                })}
              </p>
            </>
          )
        }
      </Loaded>
    </Card>
  )
}

function FindingList({ product, findings }: { product: string; findings: readonly Finding[] }) {
  return (
    <ul class="stack plain-list">
      {findings.slice(0, SHOWN_COUNT).map((finding) => (
        <li key={finding.id}>
          <a href={to.finding(product, finding.id)}>{finding.vulnerability}</a>{' '}
          <Tag tone={finding.rating === 'critical' || finding.rating === 'high' ? 'bad' : 'quiet'}>
            {say(`device.rating-${finding.rating}`)}
          </Tag>{' '}
          {finding.isExploited && <Tag tone="bad">{say('device.exploited')}</Tag>}
          <p class="quiet any-text">{finding.componentName}</p>
        </li>
      ))}
    </ul>
  )
}
