/** What the manufacturer of a drill does: a product and its releases. */
import { writeFile } from 'node:fs/promises'
import { buildSample } from '../firmware-samples/build.ts'
import type { Ran } from '../firmware-samples/manufacturer/command-line.ts'
import { releaseWords } from '../firmware-samples/manufacturer/release-words.ts'
import { SAMPLE_PRODUCT, type SampleVersion } from '../firmware-samples/samples.ts'
import { OF, type Stage } from './stage.ts'

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

/** Built, drafted and signed by both keys; `publish` is another step. */
export async function signRelease(stage: Stage, version: SampleVersion): Promise<void> {
  const sample = await buildSample(version, stage.at('built'))
  await stage.run('release', 'create', ...OF, ...releaseWords(sample))
  for (const key of KEYS.slice(2)) {
    await stage.quietly('release', 'sign', ...OF, '--key', key, '--yes')
  }
}

export function publish(stage: Stage, version: SampleVersion): Promise<Ran> {
  return stage.ask('release', 'publish', ...OF, '--version', version)
}
