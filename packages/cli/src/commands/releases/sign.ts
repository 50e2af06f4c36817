/**
 * `fleetward sign <draft>` and, for releases, `fleetward release sign`: shows what is about to be
 * signed, asks, adds one signature. Offline: nothing here knows a network.
 */
import { relative, resolve, sep } from 'node:path'
import { isName, RELEASE_ROLES, type ReleaseRole } from '@fleetward/shared'
import { type Command, Option } from 'commander'
import type { Progress } from '../../desk/authority.ts'
import { describeDraft, requireUnchangedFiles } from '../../desk/describe-draft.ts'
import type { DeskFolder } from '../../desk/desk-folder.ts'
import { mergeDraft, signDraft, signingProgress } from '../../desk/draft.ts'
import { type DeskKey, findPublicKey, listKeys, unlockKey } from '../../desk/key-file.ts'
import { findDraft, type MetadataFile, readMetadataFile } from '../../desk/metadata-file.ts'
import { OFFLINE_ROLES } from '../../desk/signed-metadata.ts'
import { Refusal } from '../../refusal.ts'
import { readPassphrase } from '../../terminal.ts'
import { deskOf, productOption, type Surroundings, withExamples } from '../command-line.ts'

interface SignOptions {
  readonly key?: string
  readonly signaturesOf?: string
  readonly passphraseFile?: string
  readonly yes: boolean
}

interface NamedDraft {
  readonly desk: DeskFolder
  readonly product: string
  readonly draft: MetadataFile
}

export function addSign(program: Command, surroundings: Surroundings): void {
  const sign = program
    .command('sign')
    .description('show a draft and add one signature to it; works without a network')
    .argument('<draft>', '<product>/<role>, or the path of a draft on this desk')
  signingOptions(sign).action(async (name: string, options: SignOptions, command: Command) => {
    const desk = deskOf(command)
    await act({ desk, ...(await findNamedDraft(desk, name)) }, options, surroundings)
  })
  withExamples(
    sign,
    'sign lumen-gateway-g1/root --key root-1',
    'sign lumen-gateway-g1/targets --key root-2 --passphrase-file /media/usb/root-2.txt --yes',
    'sign lumen-gateway-g1/root --signatures-of /media/usb/desk/drafts/lumen-gateway-g1/1.root.json',
  )
}

export function addReleaseSign(release: Command, surroundings: Surroundings): void {
  const sign = release
    .command('sign')
    .description('show a drafted release and add one signature to it; works without a network')
    .addOption(productOption())
    .addOption(
      new Option('--role <role>', 'needed when both roles have a draft').choices(RELEASE_ROLES),
    )
  signingOptions(sign).action(
    async (options: SignOptions & { product: string; role?: ReleaseRole }, command: Command) => {
      const desk = deskOf(command)
      const { product } = options
      const draft = await findReleaseDraft(desk, product, options.role)
      await act({ desk, product, draft }, options, surroundings)
    },
  )
  withExamples(
    sign,
    'release sign --product lumen-gateway-g1 --key security-1',
    'release sign --product lumen-gateway-g1 --role security --key security-1 --passphrase-file p.txt --yes',
  )
}

function signingOptions(command: Command): Command {
  return command
    .option('--key <name>', 'the key to sign with')
    .option('--passphrase-file <file>', 'read its passphrase from here instead of asking')
    .option(
      '--signatures-of <file>',
      'instead of signing, take the signatures of a copy signed elsewhere',
    )
    .option('--yes', 'do not ask whether the difference is right', false)
}

async function act(
  { desk, product, draft }: NamedDraft,
  options: SignOptions,
  { terminal, now, finish }: Surroundings,
): Promise<void> {
  if (draft.metadata.signed.expires <= now()) {
    throw new Refusal('DRAFT_EXPIRED', 'The draft has expired before anybody signed it', {
      next: 'Draft it anew with --replace-draft.',
    })
  }
  if (options.signaturesOf !== undefined) {
    const copy = await readMetadataFile(resolve(options.signaturesOf), draft.role)
    const merged = await mergeDraft(desk, product, draft, copy, now())
    return report(merged)
  }
  const key = await requireSigner(desk, product, draft, options.key)
  await requireUnchangedFiles(desk, product, draft)

  const changes = await describeDraft(desk, product, draft)
  terminal.note(`About to sign ${product}, ${draft.role}, with the key ${key.name}:`)
  for (const { mark, text } of changes) terminal.note(`  ${mark} ${text}`)
  if (!options.yes && !(await terminal.confirm('Sign this?'))) {
    throw new Refusal('NOT_CONFIRMED', 'Nothing was signed', {
      next: 'Run the command again to sign.',
    })
  }
  const passphrase = await readPassphrase(terminal, options.passphraseFile, key.name, {
    twice: false,
  })
  const signingKey = await unlockKey(desk, key, passphrase)
  report(await signDraft(desk, product, draft, signingKey, now()))

  function report({ path, progress }: { path: string; progress: readonly Progress[] }): void {
    const missing = Math.max(0, ...progress.map((one) => one.missing))
    finish({
      json: {
        product,
        role: draft.role,
        version: draft.signed.version,
        path,
        complete: missing === 0,
        missing,
        requirements: progress.map(({ by, threshold, signers }) => ({
          by,
          threshold,
          signatures: signers.size,
        })),
      },
      lines: [
        ...progress.map(
          ({ by, threshold, signers }) =>
            `${signers.size} of ${threshold} signatures that ${by} asks for`,
        ),
        missing === 0
          ? `${draft.role} version ${draft.signed.version} is signed: ${path}`
          : `Missing: ${missing} more ${missing === 1 ? 'signature' : 'signatures'}. Next: the same command with another key.`,
      ],
    })
  }
}

/** Says no before anybody types a passphrase for nothing. */
async function requireSigner(
  desk: DeskFolder,
  product: string,
  draft: MetadataFile,
  name: string | undefined,
): Promise<DeskKey> {
  const progress = await signingProgress(desk, product, draft)
  const authorised = new Set(
    progress.flatMap(({ keys }) => [...keys.values()].map(({ identity }) => identity)),
  )
  if (name === undefined) {
    const able = (await listKeys(desk)).filter((key) => authorised.has(key.publicKey.identity))
    throw new Refusal('KEY_MISSING', 'Which key is to sign?', {
      next: `Give --key <name>; on this desk: ${able.map((key) => key.name).join(', ') || 'none of the right ones'}.`,
      usage: true,
    })
  }
  const key = await findPublicKey(desk, name)
  const { identity } = key.publicKey
  if (!authorised.has(identity)) {
    throw new Refusal('KEY_WITHOUT_AUTHORITY', `The key ${key.name} may not sign ${draft.role}`, {
      next: '`fleetward status` lists whose keys may. Others are given authority with `fleetward root rotate`.',
      facts: { key: key.name, role: draft.role },
    })
  }
  const signed = progress.every(
    ({ signers, keys }) =>
      signers.has(identity) || ![...keys.values()].some((other) => other.identity === identity),
  )
  if (signed) {
    throw new Refusal('SIGNED_ALREADY', `${key.name} has signed this draft already`, {
      next: 'Another key has to give the signatures that are missing.',
      facts: { key: key.name },
    })
  }
  return key
}

async function findNamedDraft(
  desk: DeskFolder,
  name: string,
): Promise<{ product: string; draft: MetadataFile }> {
  const [product, role, ...rest] = name.split('/')
  const named = OFFLINE_ROLES.find((candidate) => candidate === role)
  if (isName(product) && named !== undefined && rest.length === 0) {
    const draft = await findDraft(desk, product, named)
    if (draft === undefined) throw noDraft(name)
    return { product, draft }
  }
  // A path: of the desk's own drafts, because their folder says which product they are about.
  const path = relative(desk.folder, resolve(name)).split(sep)
  const file = /^[1-9]\d*\.([a-z]+)\.json$/.exec(path[2] ?? '')
  const found = OFFLINE_ROLES.find((candidate) => candidate === file?.[1])
  if (path.length !== 3 || path[0] !== 'drafts' || !isName(path[1]) || found === undefined) {
    throw new Refusal('NOT_A_DRAFT', `${name} names no draft of this desk`, {
      next: 'Name it as <product>/<role>, for example lumen-gateway-g1/root.',
      usage: true,
    })
  }
  return { product: path[1], draft: await readMetadataFile(resolve(name), found) }
}

async function findReleaseDraft(
  desk: DeskFolder,
  product: string,
  role: ReleaseRole | undefined,
): Promise<MetadataFile> {
  await desk.requireProduct(product)
  const roles = role === undefined ? RELEASE_ROLES : [role]
  const drafts = await Promise.all(roles.map((one) => findDraft(desk, product, one)))
  const [draft, other] = drafts.filter((one) => one !== undefined)
  if (draft === undefined) throw noDraft(product)
  if (other !== undefined) {
    throw new Refusal('SEVERAL_DRAFTS', 'Both release roles have a draft', {
      next: 'Say which one with --role security or --role functionality.',
      usage: true,
    })
  }
  return draft
}

function noDraft(name: string): Refusal {
  return new Refusal('NO_DRAFT', `There is no draft of ${name} to sign`, {
    next: '`fleetward status` lists the drafts of this desk.',
  })
}
