/**
 * Builds the samples into artifacts: `node firmware-samples/build.ts [--out FOLDER]`. The bytes of
 * the dependencies come from the root's node_modules, where they lie under aliases, so building
 * needs no network; the same source gives the same artifact.
 */
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type BuiltArtifact, buildArtifact } from '../packages/cli/src/artifact/build-artifact.ts'
import { SAMPLE_PRODUCT, SAMPLE_VERSIONS, type SampleVersion, sampleFolder } from './samples.ts'

/** The library warns about functions that newer Node.js versions discourage; nobody here can act on it. */
const NODE = ['node', '--no-deprecation']

export interface BuiltSample extends BuiltArtifact {
  readonly version: SampleVersion
  readonly sbomPath: string
}

/** Writes the artifact and its SBOM into `outFolder`, which is made when it is not there. */
export async function buildSample(version: SampleVersion, outFolder: string): Promise<BuiltSample> {
  const staging = await mkdtemp(join(tmpdir(), 'fleetward-sample-'))
  try {
    await stage(version, staging)
    await mkdir(outFolder, { recursive: true })
    const name = `${SAMPLE_PRODUCT}-${version}`
    const sbomPath = join(outFolder, `${name}.cdx.json`)
    await copyFile(join(sampleFolder(version), 'sbom.cdx.json'), sbomPath)
    const artifact = await buildArtifact({
      folder: staging,
      product: SAMPLE_PRODUCT,
      version,
      start: [...NODE, 'service.js'],
      selfTest: [...NODE, 'self-test.js'],
      out: join(outFolder, `${name}.tar.gz`),
    })
    return { ...artifact, version, sbomPath }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** What lies in the slot: the sample's own files and its locked dependencies. */
async function stage(version: SampleVersion, staging: string): Promise<void> {
  const source = sampleFolder(version)
  for (const name of await readdir(source)) {
    if (name !== 'sbom.cdx.json') await copyFile(join(source, name), join(staging, name))
  }
  const { packages } = JSON.parse(await readFile(join(source, 'package-lock.json'), 'utf8'))
  for (const [path, locked] of Object.entries<{ version: string }>(packages)) {
    if (path !== '') await stageDependency(path, locked.version, staging)
  }
  // npm and the umask decide the modes of a checkout; no file here needs to be executable.
  for (const entry of await readdir(staging, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o644)
  }
}

async function stageDependency(path: string, version: string, staging: string): Promise<void> {
  const name = path.replace(/^node_modules\//, '')
  const installed = fileURLToPath(new URL(`../node_modules/${name}-${version}`, import.meta.url))
  const { version: found } = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  if (found !== version) throw new Error(`${installed} holds ${found}, the sample locks ${version}`)
  await cp(installed, join(staging, path), { recursive: true })
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string', default: 'artifacts' } } })
  for (const version of SAMPLE_VERSIONS) {
    const { path, length, sha256 } = await buildSample(version, values.out)
    process.stdout.write(`${path}  ${length} bytes  sha256 ${sha256}\n`)
  }
}
