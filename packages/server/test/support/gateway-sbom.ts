/** Bills of materials of the sample product before and after its fix, and a store that holds them. */
import { createHash } from 'node:crypto'
import type { ArtifactStore } from '../../src/ports.ts'

const PARTS: Readonly<Record<string, string>> = { '1.4.2': '5.2.5', '1.4.3': '5.3.1' }

export function gatewaySbom(version: string): { bytes: Uint8Array; sha256: string; text: string } {
  const text = JSON.stringify({
    ...{ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 },
    metadata: { component: { type: 'firmware', name: 'lumen', version, 'bom-ref': 'lumen' } },
    components: [
      part('systeminformation', PARTS[version] ?? version),
      part('left-pad', '1.3.0'),
      { type: 'library', 'bom-ref': 'own', name: 'own-protocol', version: '7' },
    ],
    dependencies: [{ ref: 'lumen', dependsOn: ['systeminformation', 'left-pad', 'own'] }],
  })
  const bytes = new TextEncoder().encode(text)
  return { text, bytes, sha256: createHash('sha256').update(bytes).digest('hex') }
}

function part(name: string, version: string) {
  return { type: 'library', 'bom-ref': name, name, version, purl: `pkg:npm/${name}@${version}` }
}

export function inMemory(files: readonly Uint8Array[]): ArtifactStore {
  const bySha256 = new Map(
    files.map((bytes) => [createHash('sha256').update(bytes).digest('hex'), bytes]),
  )
  return {
    find: async (sha256) => {
      const bytes = bySha256.get(sha256)
      if (bytes === undefined) return undefined
      return {
        length: bytes.length,
        read: async (first, last) => {
          let at = first
          return {
            read: async (buffer) => {
              const copied = Buffer.from(bytes.subarray(at, last + 1)).copy(buffer)
              at += copied
              return copied
            },
            close: async () => {},
          }
        },
      }
    },
  }
}
