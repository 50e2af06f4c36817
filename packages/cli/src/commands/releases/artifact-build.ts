/** `fleetward artifact build`: the same folder always gives the same bytes. */
import type { Command } from 'commander'
import { buildArtifact } from '../../artifact/build-artifact.ts'
import { splitWords } from '../../artifact/command-words.ts'
import { productOption, type Surroundings, versionWord, withExamples } from '../command-line.ts'

interface BuildOptions {
  readonly product: string
  readonly version: string
  readonly start: string
  readonly selfTest: string
  readonly out: string
}

export function addArtifactBuild(artifact: Command, { finish }: Surroundings): void {
  const build = artifact
    .command('build')
    .description('pack a folder into a slot artifact; the same folder gives the same bytes')
    .argument('<folder>', 'what is to lie in the slot')
    .addOption(productOption())
    .requiredOption('--version <version>', 'major.minor.patch', versionWord)
    .requiredOption(
      '--start <command>',
      'starts the product, in the slot; `node` is the agent’s own',
    )
    .requiredOption('--self-test <command>', 'exits with 0 when the product works')
    .requiredOption('--out <file>', 'ends in .tar.gz or .tar.zst')
    .action(async (folder: string, options: BuildOptions) => {
      const built = await buildArtifact({
        folder,
        product: options.product,
        version: options.version,
        start: splitWords(options.start),
        selfTest: splitWords(options.selfTest),
        out: options.out,
      })
      finish({
        json: built,
        lines: [
          `${built.path}: ${built.length} bytes, ${built.files} files, ${built.installedSize} bytes installed`,
          `sha256 ${built.sha256}`,
        ],
      })
    })
  withExamples(
    build,
    'artifact build ./firmware --product lumen-gateway-g1 --version 1.4.3 --start "node service.js" --self-test "node self-test.js" --out lumen-gateway-g1-1.4.3.tar.gz',
  )
}
