/** `fleetward release create`: drafts a release from an artifact and its SBOM. */
import { CHUNK_SIZE_DEFAULT_BYTES, INSTALLER_FORMATS, RELEASE_KINDS } from '@fleetward/shared'
import { type Command, Option } from 'commander'
import { draftRelease } from '../../desk/release-draft.ts'
import type { ReleaseWords } from '../../desk/release-words.ts'
import { Refusal } from '../../refusal.ts'
import {
  deskOf,
  durationSeconds,
  productOption,
  repeated,
  replaceDraftOption,
  type Surroundings,
  versionWord,
  wholeNumber,
  withExamples,
} from '../command-line.ts'

const DAY_SECONDS = 86_400

/** {@link ReleaseWords}, but for those that a command line says shorter. */
interface CreateOptions
  extends Omit<
    ReleaseWords,
    'advisories' | 'postponeMaxSeconds' | 'deadlineMinSeconds' | 'chunkSizeBytes'
  > {
  readonly advisory: readonly string[]
  readonly postponeMax?: number
  readonly deadlineMin: number
  readonly chunkSize: number
}

export function addReleaseCreate(release: Command, { terminal, now, finish }: Surroundings): void {
  const create = release
    .command('create')
    .description('draft a release: measures the artifact, checks it and its SBOM')
    .addOption(productOption())
    .requiredOption('--artifact <file>', 'what devices install: an archive, an image')
    .addOption(
      new Option('--installer <kind>', 'how devices install it')
        .choices(Object.keys(INSTALLER_FORMATS))
        .default('slot-directory'),
    )
    .option('--format <format>', 'from the artifact’s name when not given')
    .requiredOption('--sbom <file>', 'its SBOM: CycloneDX or SPDX, JSON (docs/sbom.md)')
    .addOption(
      new Option('--sbom-profile <name>', 'basic: falling short is a warning; bsi: it is refused')
        .choices(['basic', 'bsi'])
        .default('basic'),
    )
    .addOption(
      new Option('--kind <kind>', 'a security release contains nothing but fixes')
        .choices(RELEASE_KINDS)
        .makeOptionMandatory(),
    )
    .requiredOption('--version <version>', 'major.minor.patch')
    .option('--line <line>', 'major.minor; checked against the version')
    .requiredOption(
      '--security-counter <n>',
      'devices never go below the highest they have had',
      wholeNumber,
    )
    .requiredOption('--compatible <name>', 'hardware it fits, repeatable', repeated)
    .option('--fixes <cve>', 'a vulnerability it fixes, repeatable', repeated, [])
    .option('--advisory <id>', 'an advisory about it, repeatable', repeated, [])
    .option('--notes <text>', 'what the owner is told', '')
    .option('--base <version>', 'the release this one continues', versionWord)
    .option(
      '--minimum-version <version>',
      'the oldest version that can update directly',
      versionWord,
    )
    .option('--combined-reason <text>', 'with --kind combined: why the fix cannot come alone')
    .option(
      '--postpone-max <duration>',
      'how long an owner may postpone in total, as 14d, 36h or 90m; 90d for functionality when not given, else 14d',
      durationSeconds,
    )
    .addOption(
      new Option('--deadline-min <duration>', 'the least time between first notice and a deadline')
        .argParser(durationSeconds)
        .default(3 * DAY_SECONDS, '3d'),
    )
    .option(
      '--chunk-size <bytes>',
      'bytes per verified chunk',
      wholeNumber,
      CHUNK_SIZE_DEFAULT_BYTES,
    )
    .option('--keep-older', 'older releases of the same line stay on offer', false)
    .addOption(replaceDraftOption())
    .action(async (options: CreateOptions, command: Command) => {
      const { advisory, postponeMax, deadlineMin, chunkSize, ...words } = options
      if ((words.kind === 'combined') !== (words.combinedReason !== undefined)) {
        throw new Refusal(
          'COMBINED_REASON_MISPLACED',
          '--kind combined and --combined-reason belong together',
          {
            next: 'Say with --combined-reason why the fix cannot come alone, or take another kind and leave it away.',
          },
        )
      }
      const drafted = await draftRelease(
        deskOf(command),
        {
          ...words,
          advisories: advisory,
          postponeMaxSeconds:
            postponeMax ?? (words.kind === 'functionality' ? 90 : 14) * DAY_SECONDS,
          deadlineMinSeconds: deadlineMin,
          chunkSizeBytes: chunkSize,
        },
        now(),
      )
      for (const warning of drafted.warnings) terminal.note(`warning: ${warning}`)
      const { path, role, length, sha256, securityCounter } = drafted.release
      finish({
        json: {
          product: words.product,
          version: words.version,
          role,
          path,
          length,
          sha256,
          securityCounter,
          draft: drafted.draft.path,
          metadataVersion: drafted.draft.signed.version,
          superseded: drafted.superseded,
          warnings: drafted.warnings,
        },
        lines: [
          `drafted ${words.product} ${words.version} (${words.kind}, security counter ${securityCounter})`,
          `${path}  ${length} bytes  sha256 ${sha256}`,
          ...drafted.superseded.map((version) => `takes the place of ${version}`),
          `Next: fleetward release sign --product ${words.product} --role ${role} --key <name>`,
        ],
      })
    })
  withExamples(
    create,
    'release create --product lumen-gateway-g1 --artifact lumen-gateway-g1-1.4.3.tar.gz --sbom sbom.cdx.json --kind security --version 1.4.3 --security-counter 2 --compatible lumen-gateway-g1 --base 1.4.2 --fixes CVE-2021-21315',
    'release create --product lumen-gateway-g1 --artifact g1-1.5.0.tar.zst --sbom sbom.cdx.json --kind functionality --version 1.5.0 --security-counter 2 --compatible lumen-gateway-g1 --notes "Adds GET /history"',
    'release create --product lumen-panel-p2 --artifact p2-2.0.1.img.zst --installer raw-image --sbom sbom.cdx.json --kind security --version 2.0.1 --security-counter 4 --compatible lumen-panel-p2',
  )
}
