/**
 * Whether a folder is a release of Fleetward as its makers signed it. For strangers: plain JavaScript for any node since
 * 18 that imports nothing, so that this page is all there is to read before it is believed.
 *
 *   node scripts/verify-release.mjs fleetward-1.0.0 --key fleetward-release.pub
 *   node scripts/verify-release.mjs fleetward-1.0.0 --key fleetward-release.pub --clone ../fleetward
 */
import { execFileSync } from 'node:child_process'
import { createHash, createPublicKey, verify } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const HELP = `Whether a folder is a release of Fleetward as its makers signed it.

  node scripts/verify-release.mjs <folder> --key <public key, PEM> [--clone <clone of the repository>] [--trial]

  --key    the makers' public key, from somewhere else than the folder
  --clone  a clone with its packages installed, at the commit of the release: builds it again and compares
  --trial  accept what was built for trying out

Ends with 0 when everything is as it was signed, with 1 and what is wrong otherwise.
`
const FILE_MAX_BYTES = 512 * 1024 * 1024
const SUM = /^([0-9a-f]{64}) {2}([A-Za-z0-9][\w.-]{0,100})$/
/** Says how it was built, so another build may say it otherwise. */
const NOT_REBUILT = ['release.json', 'SHA256SUMS', 'SHA256SUMS.sig']

const { folder, options } = asked(process.argv.slice(2))
try {
  check()
} catch (error) {
  process.stderr.write(`NOT VERIFIED: ${plain(error.message)}\n`)
  process.exit(1)
}

function check() {
  const sums = signedSums()
  const names = [...sums.keys()]
  const there = readdirSync(folder).filter(
    (name) => !['SHA256SUMS', 'SHA256SUMS.sig'].includes(name),
  )
  for (const name of there) {
    if (!sums.has(name)) fail(`${name} is in the folder and was not signed`)
  }
  for (const [name, sum] of sums) {
    if (sha256(read(name)) !== sum) fail(`${name} is not the file that was signed`)
  }
  say(`signed, and so are all ${names.length} files`)

  const release = JSON.parse(read('release.json').toString('utf8'))
  if (release.name !== 'fleetward') fail('release.json is not about fleetward')
  for (const name of [
    `fleetward-${release.version}.tar.gz`,
    `fleetward-${release.version}.cdx.json`,
    'security.txt',
  ]) {
    if (!sums.has(name)) fail(`${name} is missing`)
  }
  if (release.isTrial !== false && !options.trial) {
    fail('it was built for trying out. Ask for the release, or accept it with --trial')
  }
  requireSbomOfArchive(release)
  say(`fleetward ${release.version}, commit ${release.commit}`)
  say(release.support.sentence)
  if (options.clone !== undefined) rebuild(release, names)
  process.stdout.write('VERIFIED\n')
}

function signedSums() {
  const text = read('SHA256SUMS')
  const signature = Buffer.from(read('SHA256SUMS.sig').toString('utf8').trim(), 'base64')
  const key = createPublicKey(readFileSync(options.key, 'utf8'))
  if (key.asymmetricKeyType !== 'ed25519') fail(`${options.key} is no Ed25519 key`)
  if (!verify(null, text, key, signature)) {
    fail(`SHA256SUMS was not signed by the key in ${options.key}, or was changed since`)
  }
  const sums = new Map()
  for (const line of text.toString('utf8').trimEnd().split('\n')) {
    const [, sum, name] = SUM.exec(line) ?? fail('SHA256SUMS has a line that is none')
    if (sums.has(name)) fail(`SHA256SUMS has ${name} twice`)
    sums.set(name, sum)
  }
  return sums
}

/** The SBOM names the archive by its SHA-512: it is about this one. */
function requireSbomOfArchive({ version }) {
  const { metadata } = JSON.parse(read(`fleetward-${version}.cdx.json`).toString('utf8'))
  const said = metadata.component.externalReferences[0].hashes[0].content
  const sum = createHash('sha512')
    .update(read(`fleetward-${version}.tar.gz`))
    .digest('hex')
  if (said !== sum) fail('the SBOM is about another archive')
}

function rebuild({ commit }, names) {
  const clone = resolve(options.clone)
  const head = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: clone, encoding: 'utf8' }).trim()
  if (head !== commit) fail(`${clone} is at ${head}: run git checkout ${commit} there, and npm ci`)
  const contact = /^Contact: (?:mailto:)?(\S+)$/m.exec(read('security.txt').toString('utf8'))?.[1]
  const again = mkdtempSync(join(tmpdir(), 'fleetward-release-'))
  try {
    const node = join(clone, 'node_modules/.bin/node')
    const args = ['packaging/release/build-release.ts', '--folder', join(again, 'built')]
    execFileSync(node, [...args, '--contact', contact], { cwd: clone, stdio: 'pipe' })
    const compared = (all) => all.filter((name) => !NOT_REBUILT.includes(name))
    const rebuilt = compared(readdirSync(join(again, 'built')))
    for (const name of rebuilt) {
      if (!names.includes(name)) fail(`${name} is built from ${commit}, and the release lacks it`)
    }
    for (const name of compared(names)) {
      if (!rebuilt.includes(name)) fail(`${name} is in the release, and not built from ${commit}`)
      const bytes = readFileSync(join(again, 'built', name))
      if (!bytes.equals(read(name))) fail(`${name} is built differently from ${commit}`)
    }
    say(`built again from ${commit}: the same bytes in ${rebuilt.length} files`)
  } finally {
    rmSync(again, { recursive: true, force: true })
  }
}

/** A regular file of a size that fits: a link may lead anywhere. */
function read(name) {
  const file = join(folder, name)
  let found
  try {
    found = lstatSync(file)
  } catch {
    fail(`${name} is missing`)
  }
  if (!found.isFile()) fail(`${name} is no regular file`)
  if (found.size > FILE_MAX_BYTES) fail(`${name} is larger than any file of a release`)
  return readFileSync(file)
}

function asked(words) {
  const options = {}
  const rest = []
  while (words.length > 0) {
    const word = words.shift()
    if (word === '--help') {
      process.stdout.write(HELP)
      process.exit(0)
    } else if (word === '--trial') options.trial = true
    else if (word === '--key') options.key = words.shift()
    else if (word === '--clone') options.clone = words.shift()
    else rest.push(word)
  }
  if (rest.length !== 1 || options.key === undefined) {
    process.stderr.write(`Name a folder and the makers' public key.\n\n${HELP}`)
    process.exit(2)
  }
  return { folder: rest[0], options }
}

function say(line) {
  process.stdout.write(`  ${plain(line)}\n`)
}

function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Names of files are the folder's: none of them steers the terminal that shows the verdict. */
function plain(text) {
  return String(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?')
}

/** @returns {never} */
function fail(why) {
  throw new Error(why)
}
