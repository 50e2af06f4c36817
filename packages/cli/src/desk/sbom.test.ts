import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseSbom } from './sbom.ts'

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value))
const SBOM = {
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  metadata: { component: { name: 'lumen', version: '1.0.0' } },
  components: [{ type: 'library', name: 'a', version: '1', 'x-weight': 0.5 }],
}

test('a CycloneDX document says what it is about and how many components it names', () => {
  assert.deepEqual(parseSbom(bytes(SBOM)), {
    specVersion: '1.5',
    components: 1,
    subject: { name: 'lumen', version: '1.0.0' },
  })
})

for (const [what, document] of [
  ['SPDX', bytes({ spdxVersion: 'SPDX-2.3', packages: [] })],
  ['XML', new TextEncoder().encode('<bom xmlns="http://cyclonedx.org/schema/bom/1.5"/>')],
  ['a list', bytes([SBOM])],
  ['null', bytes(null)],
  ['a version of the format that does not exist', bytes({ ...SBOM, specVersion: '9.9' })],
  ['no list of components', bytes({ ...SBOM, components: undefined })],
  ['a component without a name', bytes({ ...SBOM, components: [{ version: '1' }] })],
  ['bytes that are not UTF-8', Uint8Array.of(0x7b, 0xff, 0x7d)],
] as const) {
  test(`${what} is no CycloneDX document`, () => {
    assert.throws(() => parseSbom(document), { code: 'SBOM_NOT_CYCLONEDX' })
  })
}
