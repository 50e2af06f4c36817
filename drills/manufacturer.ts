/** What the manufacturer of a drill does: a product, what the law wants to read of it, and releases. */
import { writeFile } from 'node:fs/promises'
import { buildSample } from '../firmware-samples/build.ts'
import {
  SAMPLE_COMPATIBLE,
  SAMPLE_PRODUCT,
  SAMPLE_RELEASES,
  type SampleVersion,
} from '../firmware-samples/samples.ts'
import { wholeFacts } from '../packages/server/test/support/whole-facts.ts'
import type { Ran } from './command-line.ts'
import { DAY_MS, OF, type Stage } from './stage.ts'

const KEYS = ['root-1', 'root-2', 'release-1', 'release-2'] as const

/** Keys, the product and its signed repository. */
export async function makeProduct(
  stage: Stage,
  { factorySettings = {} }: { factorySettings?: object } = {},
): Promise<void> {
  await writeFile(stage.at('factory-settings.json'), JSON.stringify(factorySettings))
  for (const key of KEYS) await stage.quietly('keys', 'generate', key)
  await stage.run('products', 'create', SAMPLE_PRODUCT, '--save-server-keys', stage.at('keys.json'))
  await stage.quietly(
    ...['repository', 'init', SAMPLE_PRODUCT, '--server-keys', stage.at('keys.json')],
    ...['--factory-settings', stage.at('factory-settings.json')],
    ...['--root-key', 'root-1', '--root-key', 'root-2', '--root-threshold', '2'],
    ...['targets', 'security', 'functionality'].flatMap((role) => [
      ...[`--${role}-key`, 'release-1', `--${role}-key`, 'release-2', `--${role}-threshold`, '2'],
    ]),
  )
  for (const role of ['root', 'targets', 'security', 'functionality']) {
    for (const key of role === 'root' ? KEYS.slice(0, 2) : KEYS.slice(2)) {
      await stage.quietly('sign', `${SAMPLE_PRODUCT}/${role}`, '--key', key, '--yes')
    }
  }
  await stage.quietly('repository', 'publish', ...OF)
}

/** What the law wants to read about the product, and its risks, reviewed: the gate asks for that. */
export async function describeProduct(stage: Stage, supported: object = {}): Promise<void> {
  const { supportPeriod, ...facts } = wholeFacts()
  const year = stage.now().getUTCFullYear()
  const usual = { ...supportPeriod, starts: `${year - 1}-01-01`, ends: `${year + 7}-12` }
  const written = { ...facts, supportPeriod: { ...usual, ...supported } }
  await writeFile(stage.at('facts.json'), JSON.stringify(written))
  await stage.run('products', 'facts', 'set', SAMPLE_PRODUCT, '--file', stage.at('facts.json'))
  await stage.run(
    ...['risks', 'add', 'firmware-rollback', ...OF, '--asset', 'firmware', '--actor', 'criminal'],
    ...['--stride', 'tampering', '--threat', 'an old release with a known hole is installed'],
    ...['--vulnerability', 'old releases are signed too', '--likelihood', 'medium'],
    ...['--impact', 'high', '--safety-impact', 'none', '--treatment', 'mitigate'],
    ...['--measure', 'a security counter that never falls', '--residual', 'low'],
    ...['--owner', 'the security officer', '--stage', 'maintenance', '--test', 'rollback'],
  )
  await stage.run(
    ...['disclosure', 'contact', '--organisation', 'Lumen Works'],
    ...['--contact', 'mailto:security@lumen.example'],
  )
  const next = new Date(stage.now().getTime() + 180 * DAY_MS).toISOString().slice(0, 10)
  await stage.run('risks', 'review', ...OF, '--reviewer', 'the security officer', '--next', next)
}

/** Built, drafted and signed by both keys; `publish` is another step. */
export async function signRelease(stage: Stage, version: SampleVersion): Promise<void> {
  const { kind, securityCounter, base, fixes, advisories, notes } = SAMPLE_RELEASES[version]
  const sample = await buildSample(version, stage.at('built'))
  await stage.run(
    ...['release', 'create', ...OF, '--artifact', sample.path, '--sbom', sample.sbomPath],
    ...['--installer', 'slot-directory', '--compatible', SAMPLE_COMPATIBLE, '--kind', kind],
    ...['--version', version, '--security-counter', String(securityCounter), '--notes', notes],
    ...(base === undefined ? [] : ['--base', base]),
    ...fixes.flatMap((fix) => ['--fixes', fix]),
    ...advisories.flatMap((advisory) => ['--advisory', advisory]),
  )
  for (const key of KEYS.slice(2)) {
    await stage.quietly('release', 'sign', ...OF, '--key', key, '--yes')
  }
}

export function publish(stage: Stage, version: SampleVersion): Promise<Ran> {
  return stage.ask('release', 'publish', ...OF, '--version', version)
}
