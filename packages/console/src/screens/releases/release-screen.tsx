/** One release: verified in this browser, what it is, whether it may go out, what it is built of, and where it went. */
import { useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import type { ReleaseInFull } from '../../api/operator-api.gen.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { say, sayWith } from '../../words/say.tsx'
import { ReleaseFacts } from './facts/release-facts.tsx'
import { EvidenceCard } from './files/evidence-card.tsx'
import { FilesCard } from './files/files-card.tsx'
import { GateCard } from './gate/gate-card.tsx'
import { stateOf } from './lines/lines.ts'
import { kindWords, StateTag } from './release-tags.tsx'
import { ReleaseRollouts } from './rollouts/release-rollouts.tsx'
import { SbomCard } from './sbom/sbom-card.tsx'
import { Signatures } from './signatures/signatures.tsx'
import { VerifiedHere } from './verification/verified-here.tsx'
import { Withdraw } from './withdraw.tsx'
import './releases.css'

export function ReleaseScreen() {
  const { product = '', version = '' } = useRoute().params
  const path = { product, version }
  const found = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/releases/{version}', { path, signal })).value,
    [product, version],
    { events: ['release.*', 'product.*'] },
  )
  const release = found.value
  const isOffered = release !== undefined && stateOf(release) === 'published'
  return (
    <Screen
      title={say('release.title', { version })}
      about={
        <>
          {release !== undefined && (
            <>
              <StateTag release={release} /> {kindWords(release.kind)} ·{' '}
            </>
          )}
          {sayWith('release.of', { product: <a href={to.releases(product)}>{product}</a> })}
        </>
      }
      actions={
        may('release.withdraw', product) && (
          <Withdraw key={version} {...{ product, version, isOffered, onDone: found.again }} />
        )
      }
    >
      <Loaded asked={found}>
        {(shown) => <Parts product={product} release={shown} again={found.again} />}
      </Loaded>
    </Screen>
  )
}

interface PartsProps {
  readonly product: string
  readonly release: ReleaseInFull
  readonly again: () => void
}

function Parts({ product, release, again }: PartsProps) {
  const { version } = release
  const isWaiting = stateOf(release) === 'waiting'
  const maySeeFindings = may('finding.read', product)
  return (
    <>
      {isWaiting ? (
        <p class="card">{say('verified.waiting')}</p>
      ) : (
        <VerifiedHere product={product} release={release} />
      )}
      <ReleaseFacts {...{ product, release, again }} />
      {maySeeFindings && <GateCard {...{ product, version }} />}
      {maySeeFindings && <SbomCard {...{ product, release }} />}
      {maySeeFindings && <EvidenceCard {...{ product, version }} />}
      <FilesCard release={release} />
      <OwnSignatures {...{ product, release }} />
      {!isWaiting && may('rollout.read', product) && <ReleaseRollouts {...{ product, release }} />}
    </>
  )
}

/** Of the role that lists this release. */
function OwnSignatures({ product, release }: Omit<PartsProps, 'again'>) {
  const signing = useAsked(
    async (signal) =>
      (await call('GET /products/{product}/metadata', { path: { product }, signal })).value,
    [product],
    { events: ['release.*'] },
  )
  const role = release.kind === 'functionality' ? 'functionality' : 'security'
  return (
    <Loaded asked={signing}>
      {({ roles }) => <Signatures roles={roles.filter((one) => one.role === role)} />}
    </Loaded>
  )
}
