/** `fleetward advisories check`: whether a stranger can read, verify and believe what is published. */
import { stat } from 'node:fs/promises'
import { CHECK_LIMITS, checkProvider, type ProviderCheck } from '@fleetward/vulnerability'
import { type Command, InvalidArgumentError } from 'commander'
import { plain } from '../../plain.ts'
import { folderSource } from '../../provider/folder-source.ts'
import { webSource } from '../../provider/web-source.ts'
import { Refusal } from '../../refusal.ts'
import {
  durationSeconds,
  readNamedFile,
  type Surroundings,
  wholeNumber,
  withExamples,
} from '../command-line.ts'

interface CheckOptions {
  readonly documents: number
  readonly within: number
  readonly ca?: string
  readonly key?: string
}

const USUAL_SECONDS = 600
const WORDS_MAX_CHARACTERS = 500

export function addAdvisoriesCheck(
  advisories: Command,
  { finish, now }: Pick<Surroundings, 'finish' | 'now'>,
): void {
  const check = advisories
    .command('check <place>')
    .description('check what is published as a stranger would: a CSAF provider, file by file')
    .option('--documents <count>', 'at most', wholeNumber, CHECK_LIMITS.documents)
    .option('--within <duration>', 'give up after', durationSeconds, USUAL_SECONDS)
    .option('--key <fingerprint>', 'only what this OpenPGP key signed is good', fingerprintOf)
    .option('--ca <file>', 'certificate authority of the site, PEM')
    .addHelpText(
      'after',
      '\n<place> is the https address of provider-metadata.json, or a folder that `advisories export` wrote.\nThe exit code is 1 when anything is wrong. No token is needed. Keys come from the place that is checked: whoever took it over signs with his own,\nunless --key names yours.',
    )
    .action(async (place: string, options: CheckOptions) => {
      const signal = AbortSignal.timeout(options.within * 1000)
      const source = /^[a-z]+:\/\//i.test(place)
        ? webSource(place, { signal, ...(await authorityOf(options)) })
        : folderSource(await folderAt(place))
      const pinned = options.key === undefined ? {} : { fingerprint: options.key }
      const limits = { documents: options.documents, signal, ...pinned }
      const found = await checkProvider(source, now(), limits).catch((cause: unknown) => {
        if (!signal.aborted) throw cause
        throw new Refusal('CHECK_TOO_SLOW', `${place} was not checked in ${options.within} s`, {
          next: 'Give it longer with --within, or look at fewer with --documents.',
          cause,
        })
      })
      const count = problemCount(found)
      finish({
        json: { place, problemCount: count, ...found },
        lines: linesOf(found),
        isNo: count > 0,
      })
    })
  withExamples(
    check,
    'advisories check https://updates.example.com/.well-known/csaf/provider-metadata.json',
    'advisories check --key 9F1C00AA11BB22CC33DD44EE55FF667788990011 https://updates.example.com/.well-known/csaf/provider-metadata.json',
    'advisories check site',
    'advisories check --json --documents 50 https://updates.example.com/.well-known/csaf/provider-metadata.json',
  )
}

async function authorityOf({ ca }: CheckOptions): Promise<{ readonly ca?: string }> {
  return ca === undefined ? {} : { ca: Buffer.from(await readNamedFile(ca)).toString() }
}

async function folderAt(place: string): Promise<string> {
  const found = await stat(place).catch(() => undefined)
  if (found?.isDirectory()) return place
  throw new Refusal('USAGE', `${place} is no folder and no https address`, {
    next: 'Name the address of provider-metadata.json, or the folder that was exported.',
    usage: true,
  })
}

function problemCount({ problems, documents }: ProviderCheck): number {
  return problems.length + documents.reduce((sum, one) => sum + one.problems.length, 0)
}

function linesOf(found: ProviderCheck): readonly string[] {
  const { problems, documents } = found
  const bad = documents.filter((one) => one.problems.length > 0).length
  const count = problemCount(found)
  const summary =
    count === 0
      ? `${documents.length} documents, all listed and valid; ${proofsOf(found)}`
      : `${documents.length} documents, ${bad} of them with problems; ${count} problems in all.`
  return [
    ...problems.map(({ at, problem }) => shown(`problem  ${at} ${problem}`)),
    ...documents.flatMap(({ url, problems: its }) => [
      shown(`${its.length === 0 ? 'good     ' : 'problem  '}${url}`),
      ...its.map((problem) => shown(`         ${problem}`)),
    ]),
    summary,
  ]
}

/** What was found and not what should be: a provider that calls itself no trusted one has to prove nothing. */
function proofsOf({ role, fingerprints, documents }: ProviderCheck): string {
  const count = (of: 'isHashed' | 'isSigned') => {
    const those = documents.filter((one) => one[of]).length
    return those === documents.length ? 'all' : those === 0 ? 'none' : `${those}`
  }
  const by = fingerprints.length === 0 ? '' : ` by ${fingerprints.join(' or ')}`
  return `${count('isHashed')} hashed, ${count('isSigned')} signed${by} (${role}).`
}

function fingerprintOf(text: string): string {
  const hex = text.replaceAll(/[\s:]/g, '').toUpperCase()
  if (/^([0-9A-F]{40}|[0-9A-F]{64})$/.test(hex)) return hex
  throw new InvalidArgumentError('A fingerprint has 40 or 64 hexadecimal digits.')
}

/** Names and values in there are the words of whoever publishes. */
function shown(line: string): string {
  const cut = line.length > WORDS_MAX_CHARACTERS ? `${line.slice(0, WORDS_MAX_CHARACTERS)}…` : line
  return plain(cut)
}
