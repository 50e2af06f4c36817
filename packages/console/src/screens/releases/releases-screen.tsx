/** Every release of a product: line by line, fixes beside functions, what waits, what went where, and whose keys signed. */
import { useRoute } from 'preact-iso'
import { call } from '../../api/call.ts'
import { useAsked } from '../../live/asked.ts'
import { may } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { Command } from '../../pieces/command.tsx'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Loaded } from '../../pieces/screen/loaded.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { More } from '../../pieces/tables/more.tsx'
import { say } from '../../words/say.tsx'
import { LineCard } from './lines/line-card.tsx'
import { linesOf, rolloutsByRelease } from './lines/lines.ts'
import { Signatures } from './signatures/signatures.tsx'
import { WaitingCard } from './signatures/waiting-card.tsx'
import './releases.css'

const PAGE_COUNT = 200
const ROLLOUTS_COUNT = 500

export function ReleasesScreen() {
  const { product = '' } = useRoute().params
  const path = { product }
  const events = ['release.*', 'rollout.*']
  const releases = usePages(
    (after, signal) =>
      call('GET /products/{product}/releases', {
        ...{ path, query: { limit: PAGE_COUNT, after }, signal },
      }),
    ['releases', product],
    { events },
  )
  const signing = useAsked(
    async (signal) => (await call('GET /products/{product}/metadata', { path, signal })).value,
    [product],
    // An upload of metadata that stays waiting is no event.
    { events, everySeconds: 30 },
  )
  const mayRollouts = may('rollout.read', product)
  const rollouts = useAsked(
    async (signal) => {
      if (!mayRollouts) return undefined
      const query = { limit: ROLLOUTS_COUNT }
      const { value } = await call('GET /products/{product}/rollouts', { path, query, signal })
      return rolloutsByRelease(value)
    },
    [product, mayRollouts],
    { events },
  )
  return (
    <Screen title={say('screens.releases')} about={say('releases.about', { product })}>
      {signing.value !== undefined && <WaitingCard product={product} state={signing.value} />}
      <Loaded asked={releases}>
        {(all) =>
          all.length === 0 ? (
            <NoRelease product={product} />
          ) : (
            linesOf(all).map((line) => (
              <LineCard key={line.name} {...{ product, line, rollouts: rollouts.value }} />
            ))
          )
        }
      </Loaded>
      <More of={releases} />
      <Loaded asked={signing}>
        {({ roles }) => (roles.length === 0 ? null : <Signatures roles={roles} />)}
      </Loaded>
    </Screen>
  )
}

/** The way of a release is at the desk, where its keys are. */
function NoRelease({ product }: { readonly product: string }) {
  const version = '1.0.0'
  const name = `${product}-${version}.tar.gz`
  const on = `--product ${product}`
  const steps = [
    `fleetward artifact build ./firmware ${on} --version ${version} --start "node service.js" --self-test "node self-test.js" --out ${name}`,
    `fleetward release create ${on} --artifact ${name} --sbom sbom.cdx.json --kind functionality --version ${version} --security-counter 1 --compatible ${product}`,
    `fleetward release sign ${on} --role functionality --key <name>`,
    `fleetward release publish ${on} --version ${version}`,
  ]
  return (
    <Empty title={say('releases.none')}>
      <p>{say('releases.noneWhy')}</p>
      <ol class="release-steps">
        {steps.map((step) => (
          <li key={step}>
            <Command text={step} />
          </li>
        ))}
      </ol>
    </Empty>
  )
}
