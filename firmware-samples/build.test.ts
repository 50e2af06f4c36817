import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { readSbom } from '@fleetward/vulnerability'
import { checkArtifact } from '../packages/cli/src/artifact/check-artifact.ts'
import { buildSample } from './build.ts'
import { SAMPLE_VERSIONS, type SampleVersion } from './samples.ts'

const temporary = await mkdtemp(join(tmpdir(), 'fleetward-samples-'))
after(() => rm(temporary, { recursive: true, force: true }))

test('the same source gives the same artifacts, byte for byte', async () => {
  for (const version of SAMPLE_VERSIONS) {
    const first = await buildSample(version, join(temporary, 'first'))
    const second = await buildSample(version, join(temporary, 'second'))
    assert.deepEqual(await readFile(first.path), await readFile(second.path))
    assert.equal((await checkArtifact(first.path, 'tar.gz')).version, version)
  }
})

test('1.4.3 fixes the vulnerable dependency of 1.4.2 and differs in nothing else', async () => {
  const files = async (version: SampleVersion) => {
    const { path } = await buildSample(version, join(temporary, 'difference'))
    const { files: listed } = await checkArtifact(path, 'tar.gz')
    return new Map(listed.map((file) => [file.path, file.sha256]))
  }
  const [before, fixed] = [await files('1.4.2'), await files('1.4.3')]
  const own = (paths: Iterable<string>) =>
    [...paths].filter((path) => !path.startsWith('node_modules/systeminformation/'))
  assert.deepEqual(own(before.keys()), own(fixed.keys()))
  assert.deepEqual(
    own(before.keys()).filter((path) => before.get(path) !== fixed.get(path)),
    ['package-lock.json', 'package.json'],
  )
})

test('every SBOM names exactly the dependency that is inside the artifact', async () => {
  for (const version of SAMPLE_VERSIONS) {
    const { sbomPath } = await buildSample(version, join(temporary, 'sbom'))
    const sbom = await readFile(sbomPath)
    const { about } = await readSbom(sbom)
    assert.deepEqual([about?.name, about?.version], ['lumen-gateway-g1', version])
    const { components } = JSON.parse(sbom.toString())
    const expected = version === '1.4.2' ? '5.2.5' : '5.3.1'
    assert.deepEqual(
      components.map(({ purl }: { purl: string }) => purl),
      [`pkg:npm/systeminformation@${expected}`],
    )
  }
})

for (const [version, works] of [
  ['1.4.2', true],
  ['1.4.3', true],
  ['1.5.0', true],
  ['1.5.1', false],
] as const) {
  test(`${version} starts, says it is healthy and ${works ? 'passes' : 'fails'} its self-test`, async () => {
    const slot = join(temporary, `slot-${version}`)
    const data = join(temporary, `data-${version}`)
    const { path } = await buildSample(version, join(temporary, 'run'))
    execFileSync('mkdir', ['-p', slot])
    execFileSync('tar', ['xzf', path, '-C', slot])
    const { start, selfTest } = await checkArtifact(path, 'tar.gz')
    const options = {
      cwd: slot,
      env: { ...process.env, FLEETWARD_DATA: data, FLEETWARD_SLOT: 'A' },
    }

    const service = spawn(process.execPath, start.slice(1), { ...options, stdio: 'ignore' })
    const ended = new Promise((resolve) => service.on('close', resolve))
    const exitCode = await new Promise((resolve) =>
      spawn(process.execPath, selfTest.slice(1), { ...options, stdio: 'ignore' }).on(
        'close',
        resolve,
      ),
    )
    assert.equal(exitCode, works ? 0 : 1)

    const port = Number(await readFile(join(data, 'port'), 'utf8'))
    assert.equal(
      (await get(port, '/health')).body.version,
      version,
      'the defect is not in its health',
    )
    assert.equal((await get(port, '/readings')).status, works ? 200 : 500)
    assert.equal((await get(port, '/history')).status, version.startsWith('1.5') ? 200 : 404)
    service.kill('SIGTERM')
    assert.equal(await ended, 0, 'it ends in good order')
  })
}

test('without a data folder the service does not start', () => {
  const folder = join(temporary, 'slot-1.4.2')
  assert.ok(existsSync(join(folder, 'service.js')))
  const { FLEETWARD_DATA: _, ...env } = process.env
  assert.throws(
    () => execFileSync(process.execPath, ['service.js'], { cwd: folder, env, stdio: 'pipe' }),
    { status: 2 },
  )
})

function get(port: number, path: string): Promise<{ status: number; body: { version?: string } }> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path }, async (response) => {
      let text = ''
      for await (const part of response) text += part
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) })
    })
      .on('error', reject)
      .end()
  })
}
