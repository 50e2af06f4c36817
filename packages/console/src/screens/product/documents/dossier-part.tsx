/** The technical documentation: building it, its versions, and what each lacks with the way to where that is filled. */
import { to } from '../../../addresses.ts'
import { call, hrefOf } from '../../../api/call.ts'
import type { Dossier } from '../../../api/operator-api.gen.ts'
import { useDoing } from '../../../live/doing.ts'
import { may } from '../../../live/me.ts'
import { usePages } from '../../../live/pages.ts'
import { Empty } from '../../../pieces/screen/empty.tsx'
import { More } from '../../../pieces/tables/more.tsx'
import { Tag, type Tone } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { numberWords, say } from '../../../words/say.tsx'
import { DossierGaps } from '../gaps/dossier-gaps.tsx'

const PAGE_COUNT = 20
/** While one is built, nothing says how far it is. */
const BUILDING_SECONDS = 5
const TONES: Readonly<Record<Dossier['state'], Tone>> = {
  ...{ built: 'good', building: 'busy', 'broken-off': 'waits', failed: 'bad' },
}
const MEBIBYTE_BYTES = 1024 ** 2

export function DossierPart({ product }: { readonly product: string }) {
  const doing = useDoing()
  const path = { product }
  const asked = usePages(
    (after, signal) =>
      call('GET /products/{product}/dossiers', {
        path,
        query: { limit: PAGE_COUNT, ...(after === undefined ? {} : { after: Number(after) }) },
        signal,
      }),
    [product],
    { events: ['dossier.*', 'declaration.*'], everySeconds: BUILDING_SECONDS },
  )
  const all = asked.value ?? []
  const isBuilding = all.some(({ state }) => state === 'building')
  const build = async () => {
    await doing.run(() => call('POST /products/{product}/dossiers', { path, body: {} }))
    asked.again()
  }
  return (
    <>
      <section class="card" aria-labelledby="build">
        <h2 id="build">{say('product.part_dossier')}</h2>
        <p class="quiet">{say('product.dossierText')}</p>
        {may('dossier.build', product) && (
          <div class="row">
            <button
              type="button"
              class="first"
              disabled={isBuilding || doing.isBusy}
              onClick={() => void build()}
            >
              {say('product.build')}
            </button>
          </div>
        )}
        {doing.error !== undefined && <ProblemNote error={doing.error} />}
      </section>
      {asked.error !== undefined && <ProblemNote error={asked.error} again={asked.again} />}
      {asked.value !== undefined && all.length === 0 && (
        <Empty title={say('product.noDossier')} command={`fleetward dossier build ${product}`} />
      )}
      {all.map((one, index) => (
        <Version key={one.version} product={product} of={one} isNewest={index === 0} />
      ))}
      <More of={asked} />
    </>
  )
}

interface VersionProps {
  readonly product: string
  readonly of: Dossier
  readonly isNewest: boolean
}

function Version({ product, of, isNewest }: VersionProps) {
  const { version, state, status, begunAt, gaps = [], declaration } = of
  const archive = `/products/${encodeURIComponent(product)}/dossiers/${version}/archive`
  return (
    <section class="card" aria-labelledby={`dossier-${version}`}>
      <h2 id={`dossier-${version}`}>{say('product.version', { version })}</h2>
      <p class="row">
        <span role="status">
          <Tag tone={TONES[state]}>{say(`product.dossier_${state}`)}</Tag>
        </span>
        {status !== undefined && (
          <Tag tone={status === 'complete' ? 'good' : 'waits'}>{say(`product.${status}`)}</Tag>
        )}
        <Time at={begunAt} isExact />
        {state === 'building' && (
          <span>{say('product.filesDone', { done: of.filesDone, all: of.filesInAll })}</span>
        )}
        {of.trouble !== undefined && <span lang="en">{of.trouble}</span>}
      </p>
      {declaration !== undefined && (
        <p>
          <a href={to.product(product, 'declaration')}>{say('product.part_declaration')}</a>:{' '}
          {say(`product.declaration_${declaration}`)}
        </p>
      )}
      {state === 'built' && (
        <p class="row">
          <a class="button" href={hrefOf(archive)} download={`${product}-${version}.zip`}>
            {say('product.download')}
          </a>
          {of.length !== undefined && (
            <span class="quiet">
              {numberWords(of.length / MEBIBYTE_BYTES, { maximumFractionDigits: 1 })} MiB
            </span>
          )}
          {of.retainedUntil !== undefined && (
            <span class="quiet">
              {say('product.retainedUntil')} <Time at={of.retainedUntil} isExact />
            </span>
          )}
        </p>
      )}
      {gaps.length > 0 &&
        (isNewest ? (
          <DossierGaps {...{ product, gaps }} />
        ) : (
          <details>
            <summary>{say('product.gapCount', { count: gaps.length })}</summary>
            <DossierGaps {...{ product, gaps }} />
          </details>
        ))}
    </section>
  )
}
