/** `fleetward advisories check`: whether a stranger can read, verify and believe what is published. */
import { stat } from 'node:fs/promises'
import { CHECK_LIMITS, checkProvider, type ProviderCheck } from '@fleetward/vulnerability'
import type { Command } from 'commander'
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
    .option('--ca <file>', 'certificate authority of the site, PEM')
    .addHelpText(
      'after',
      '\n<place> is the https address of provider-metadata.json, or a folder that `advisories export` wrote.\nThe exit code is 1 when anything is wrong. No token is needed.',
    )
    .action(async (place: string, options: CheckOptions) => {
      const signal = AbortSignal.timeout(options.within * 1000)
      const source = /^[a-z]+:\/\//i.test(place)
        ? webSource(place, { signal, ...(await authorityOf(options)) })
        : folderSource(await folderAt(place))
      const limits = { documents: options.documents, signal }
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
      ? `${documents.length} documents, all listed, hashed, signed and valid.`
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

/** Names and values in there are the words of whoever publishes. */
function shown(line: string): string {
  const cut = line.length > WORDS_MAX_CHARACTERS ? `${line.slice(0, WORDS_MAX_CHARACTERS)}…` : line
  return cut.toWellFormed().replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}
