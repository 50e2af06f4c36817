/** `fleetward sbom`: whether an SBOM says enough, and what changed since the last one. No server is asked. */
import type { QualityProfile, QualityReport, SbomDocument } from '@fleetward/vulnerability'
import { type Command, Option } from 'commander'
import { readSbomBytes, vulnerability } from '../../desk/release-sbom.ts'
import { plain } from '../../plain.ts'
import { Refusal } from '../../refusal.ts'
import { readNamedFile, repeated, type Surroundings, withExamples } from '../command-line.ts'

/** Of each check: a person reads the first few, a script takes --json. */
const FINDINGS_SHOWN_MAX_COUNT = 5
const FILES_MAX_COUNT = 100

interface CheckOptions {
  readonly profile: QualityProfile
}

interface CompareOptions {
  readonly only: readonly string[]
}

export function addSbom(program: Command, surroundings: Surroundings): void {
  const sbom = program.command('sbom').description('what a product is built of')
  addCheck(sbom, surroundings)
  addCompare(sbom, surroundings)
  withExamples(sbom, 'sbom check --help')
}

function addCheck(sbom: Command, { finish }: Surroundings): void {
  const check = sbom
    .command('check')
    .description('read SBOMs and hold them to a profile; exit code 1 when one falls short')
    .argument('<file...>', 'CycloneDX 1.4 to 1.7 or SPDX 2.3 in JSON, SPDX 3.0.1 in JSON-LD')
    .addOption(
      new Option('--profile <name>', 'basic: what matching needs; bsi: BSI TR-03183-2 v2.1.0')
        .choices(['basic', 'bsi'])
        .default('basic'),
    )
    .action(async (files: readonly string[], { profile }: CheckOptions) => {
      if (files.length > FILES_MAX_COUNT) {
        throw new Refusal('USAGE', `More than ${FILES_MAX_COUNT} files at once`, {
          next: 'Check them in several runs.',
          usage: true,
        })
      }
      const { checkQuality } = await vulnerability()
      const checked = []
      for (const file of files) {
        const document = await readSbomFile(file)
        checked.push({ file, document, report: checkQuality(document, profile) })
      }
      finish({
        json: {
          sboms: checked.map(({ file, document, report }) => ({
            file,
            ...describe(document),
            ...report,
          })),
        },
        lines: checked.flatMap(({ file, document, report }) => linesOf(file, document, report)),
        isNo: checked.some(({ report }) => !report.passed),
      })
    })
  withExamples(
    check,
    'sbom check lumen-gateway-g1-1.4.3.cdx.json',
    'sbom check --profile bsi lumen-gateway-g1-1.4.3.spdx.json --json',
  )
}

function addCompare(sbom: Command, { finish }: Surroundings): void {
  const compare = sbom
    .command('compare')
    .description('what came, went and changed from one SBOM to the next, in any two formats')
    .argument('<base>', 'the SBOM of the release before')
    .argument('<next>', 'the SBOM of the release that is to come')
    .option(
      '--only <component>',
      'a purl or a name; exit code 1 when anything but these differs. May be given several times',
      repeated,
      [],
    )
    .action(async (base: string, next: string, { only }: CompareOptions) => {
      const { compareSboms, onlyFixes } = await vulnerability()
      const [before, after] = [await readSbomFile(base), await readSbomFile(next)]
      const { added, removed, changed, unchangedCount } = compareSboms(before, after)
      const fixes = only.map((component) => ({ component }))
      const verdict = only.length === 0 ? undefined : onlyFixes(before, after, fixes)
      const { others = [], unchangedFixes = [], unknownFixes = [] } = verdict ?? {}
      finish({
        json: {
          base: { file: base, ...describe(before) },
          next: { file: next, ...describe(after) },
          added,
          removed,
          changed,
          unchangedCount,
          ...(verdict === undefined
            ? {}
            : { isOnlyFixes: verdict.isOnlyFixes, others, unchangedFixes, unknownFixes }),
        },
        lines: [
          ...added.map(({ name, version = '–' }) => `+ ${plain(name)} ${plain(version)}`),
          ...removed.map(({ name, version = '–' }) => `- ${plain(name)} ${plain(version)}`),
          ...changed.map(
            ({ base: { name, version: from = '–' }, next: { version: to = '–' }, ...step }) => {
              const word = { up: '', unknown: '', down: '  goes back', rebuilt: '  other bytes' }
              const major = step.isMajor ? '  may break: test what stands on it' : ''
              return `~ ${plain(name)} ${plain(from)} → ${plain(to)}${word[step.direction]}${major}`
            },
          ),
          `${added.length} added, ${removed.length} removed, ${changed.length} changed, ${unchangedCount} as before`,
          ...unchangedFixes.map((name) => `warning: ${name} is as it was`),
          ...unknownFixes.map((name) => `warning: ${plain(name)} is in neither SBOM`),
          ...others.map(({ reason, name }) => `not allowed by --only: ${plain(name)} (${reason})`),
          ...(others.length === 0
            ? []
            : ['Next: leave these out of a security release, or make it a combined one.']),
        ],
        isNo: verdict !== undefined && !verdict.isOnlyFixes,
      })
    })
  withExamples(
    compare,
    'sbom compare lumen-1.4.2.cdx.json lumen-1.4.3.cdx.json',
    'sbom compare lumen-1.4.2.cdx.json lumen-1.4.3.cdx.json --only pkg:npm/systeminformation',
  )
}

async function readSbomFile(path: string): Promise<SbomDocument> {
  return readSbomBytes(await readNamedFile(path), path)
}

function describe({ format, formatVersion, sha256, about, components }: SbomDocument) {
  return {
    format,
    formatVersion,
    sha256,
    product: about && { name: about.name, version: about.version },
    components: components.length,
  }
}

function linesOf(file: string, document: SbomDocument, report: QualityReport): readonly string[] {
  const { format, formatVersion, about } = document
  const { profile, passed, findings, counts, depth, coverage } = report
  const product = about === undefined ? 'no product' : `${about.name} ${about.version ?? ''}`.trim()
  const short = counts.filter(({ asked, met }) => met < asked)
  return [
    `${file}: ${format} ${formatVersion}, ${plain(product)}, ${depth.components} components`,
    `  ${depth.direct} direct, ${depth.transitive} transitive, deepest ${depth.deepest}, ${depth.withoutGraph.length} outside of the graph`,
    `  ${percent(coverage)} can be looked up in feeds`,
    ...short.flatMap(({ check, asked, met }) => {
      const found = findings.filter((finding) => finding.check === check)
      const shown = found.slice(0, FINDINGS_SHOWN_MAX_COUNT)
      const more = asked - met - shown.length
      return [
        `  ${check}: ${met} of ${asked}`,
        ...shown.map(({ ref, message }) =>
          ref === undefined ? `    ${plain(message)}` : `    ${plain(ref)} ${plain(message)}`,
        ),
        ...(more > 0 ? [`    … and ${more} more; --json has them`] : []),
      ]
    }),
    passed
      ? `  passes ${profile}`
      : `  falls short of ${profile}. Next: docs/sbom.md says for each check what it asks and which tools write it.`,
  ]
}

/** Rounded down, so that 100 % means all. */
function percent(share: number): string {
  return `${Math.floor(share * 100)} %`
}
