import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readReleaseSbom } from './release-sbom.ts'

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const CYCLONEDX = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { type: 'firmware', name: 'lumen', version: '1.0.0' } },
  components: [{ type: 'library', name: 'a', version: '1', purl: 'pkg:npm/a@1' }],
}
const SPDX = {
  ...{ spdxVersion: 'SPDX-2.3', SPDXID: 'SPDXRef-DOCUMENT', name: 'lumen', dataLicense: 'CC0-1.0' },
  documentNamespace: 'https://example.com/lumen-1.0.0',
  creationInfo: { created: '2026-11-20T00:00:00Z', creators: ['Tool: example'] },
  packages: [
    {
      ...{ SPDXID: 'SPDXRef-lumen', name: 'lumen', versionInfo: '1.0.0' },
      downloadLocation: 'NOASSERTION',
    },
  ],
  relationships: [
    {
      ...{ spdxElementId: 'SPDXRef-DOCUMENT', relatedSpdxElement: 'SPDXRef-lumen' },
      relationshipType: 'DESCRIBES',
    },
  ],
}

for (const [document, fileName] of [
  [CYCLONEDX, 'sbom.cdx.json'],
  [SPDX, 'sbom.spdx.json'],
] as const) {
  test(`${fileName}: the SBOM says what it is about, and its file says the format (CRA P-105)`, async () => {
    const read = await readReleaseSbom(bytes(document), 'sbom', 'basic')
    assert.equal(read.fileName, fileName)
    assert.deepEqual([read.document.about?.name, read.document.about?.version], ['lumen', '1.0.0'])
  })
}

test('with the profile bsi an SBOM that falls short is refused, with basic it is for the person to weigh (CRA P-106)', async () => {
  await assert.rejects(readReleaseSbom(bytes(CYCLONEDX), 'sbom', 'bsi'), {
    code: 'SBOM_FALLS_SHORT',
  })
  assert.equal((await readReleaseSbom(bytes(CYCLONEDX), 'sbom', 'basic')).report.passed, false)
})

for (const [what, document, code] of [
  [
    'XML',
    new TextEncoder().encode('<bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>'),
    'SBOM_NOT_JSON',
  ],
  ['a list', bytes([CYCLONEDX]), 'SBOM_FORMAT_UNKNOWN'],
  [
    'a version of the format that does not exist',
    bytes({ ...CYCLONEDX, specVersion: '9.9' }),
    'SBOM_VERSION_UNSUPPORTED',
  ],
  [
    'a component without a name',
    bytes({ ...CYCLONEDX, components: [{ type: 'library' }] }),
    'SBOM_INVALID',
  ],
  ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d), 'SBOM_NOT_JSON'],
  [
    'more than devices’ servers take',
    new Uint8Array(17 * 1024 * 1024).fill(0x20),
    'SBOM_TOO_LARGE',
  ],
] as const) {
  test(`${what} is refused`, async () => {
    await assert.rejects(readReleaseSbom(document, 'sbom', 'basic'), { name: 'Refusal', code })
  })
}
