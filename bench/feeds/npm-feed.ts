/**
 * OSV's `all.zip` of npm, made up in the shape and size of the real one: nine of ten records are malicious packages
 * (`MAL-`, a paragraph of text, one package, all versions), the others advisories of GitHub's with ranges, several
 * packages now and then, credits and references. Some 2 KiB a record. The same every time.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import { crc32, deflateRawSync } from 'node:zlib'

export const RECORDS_COUNT = 200_000
/** Packages that products use; most malicious ones are used by nobody. */
export const USED_COUNT = 20_000
const ADVISORY_EACH = 10

/** 32 bits of no pattern for each number (the mixing of MurmurHash3). */
export function scattered(number: number, salt = 0): number {
  let bits = Math.imul(number ^ (salt * 0x9e3779b1), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}

export function packageName(number: number): string {
  return number % 5 === 0 ? `@scope${number % 97}/used-${number}` : `used-${number}`
}

/** As a zip of ZIP64's kind, for there are more entries than an old one counts (APPNOTE 4.3.6 to 4.3.16). */
export function writeNpmFeed(path: string, count = RECORDS_COUNT): void {
  const file = openSync(path, 'w')
  const directory: Buffer[] = []
  let at = 0
  const write = (...parts: readonly Buffer[]) => {
    const bytes = Buffer.concat(parts)
    writeSync(file, bytes)
    at += bytes.length
  }
  for (let number = 0; number < count; number += 1) {
    const record = recordOf(number)
    const bytes = Buffer.from(JSON.stringify(record))
    const packed = deflateRawSync(bytes, { level: 1 })
    const name = Buffer.from(`${record.id}.json`)
    // Version 2.0, UTF-8, deflated, 1980-01-01.
    const common = Buffer.alloc(26)
    common.writeUInt32LE(0x0800_0014, 0)
    common.writeUInt32LE(0x0000_0008, 4)
    common.writeUInt16LE(0x0021, 8)
    for (const [value, offset] of [
      ...[[crc32(bytes), 10] as const, [packed.length, 14] as const, [bytes.length, 18] as const],
    ]) {
      common.writeUInt32LE(value, offset)
    }
    common.writeUInt16LE(name.length, 22)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(at, 10)
    directory.push(signed(0x02014b50), Buffer.from([20, 0]), common, rest, name)
    write(signed(0x04034b50), common, name, packed)
  }
  const start = at
  const entries = Buffer.concat(directory)
  write(entries)
  const end64 = Buffer.alloc(52)
  end64.writeBigUInt64LE(44n, 0)
  end64.writeUInt32LE(0x002d_002d, 8)
  for (const [value, offset] of [
    ...[[count, 20] as const, [count, 28] as const],
    ...[[entries.length, 36] as const, [start, 44] as const],
  ]) {
    end64.writeBigUInt64LE(BigInt(value), offset)
  }
  const locator = Buffer.alloc(16)
  locator.writeBigUInt64LE(BigInt(at), 4)
  locator.writeUInt32LE(1, 12)
  const end = Buffer.alloc(18)
  end.writeUInt32LE(0xffff_ffff, 4)
  end.writeUInt32LE(0xffff_ffff, 8)
  end.writeUInt32LE(0xffff_ffff, 12)
  write(signed(0x06064b50), end64, signed(0x07064b50), locator, signed(0x06054b50), end)
  closeSync(file)
}

function signed(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(number)
  return bytes
}

function recordOf(number: number) {
  if (number === 0) return SYSTEMINFORMATION
  return number % ADVISORY_EACH === 0 ? advisory(number) : malicious(number)
}

const letters = (bits: number) => bits.toString(36).padStart(7, '2').slice(0, 4)
const day = (number: number) =>
  `20${20 + (number % 6)}-0${1 + (number % 9)}-1${number % 10}T08:30:00Z`
const text = (number: number, words: number) =>
  Array.from({ length: words }, (_, at) => WORDS[scattered(number, at) % WORDS.length]).join(' ')

function advisory(number: number) {
  const id = `GHSA-${letters(scattered(number, 1))}-${letters(scattered(number, 2))}-${letters(scattered(number, 3))}`
  const packages = Array.from({ length: number % 70 === 0 ? 6 : 1 }, (_, at) =>
    packageName(scattered(number, 10 + at) % USED_COUNT),
  )
  const major = scattered(number, 4) % 6
  return {
    ...{
      schema_version: '1.7.3',
      id: `${id}-${number}`,
      modified: day(number),
      published: day(number),
    },
    ...{ aliases: [`CVE-20${20 + (number % 6)}-${10_000 + number}`], related: [] },
    ...{ summary: text(number, 10), details: text(number, 180) },
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H' }],
    affected: packages.map((name) => ({
      package: { ecosystem: 'npm', name, purl: `pkg:npm/${name.replace('@', '%40')}` },
      ranges: [
        {
          type: 'SEMVER',
          events: [
            { introduced: number % 3 === 0 ? '0' : `${major}.0.0` },
            { fixed: `${major}.${scattered(number, 5) % 10}.${scattered(number, 6) % 20}` },
          ],
        },
      ],
      database_specific: {
        source: `https://github.com/github/advisory-database/blob/main/${id}.json`,
      },
    })),
    references: Array.from({ length: 5 }, (_, at) => ({
      ...{ type: 'WEB', url: `https://github.com/project-${number}/issues/${at}` },
    })),
    database_specific: { cwe_ids: ['CWE-400'], severity: 'HIGH', github_reviewed: true },
  }
}

function malicious(number: number) {
  const name = `bad-${text(number, 2).replaceAll(/\W/g, '-')}-${number}`
  const sha256 = scattered(number, 8).toString(16).padStart(8, '0').repeat(8)
  return {
    ...{
      schema_version: '1.7.3',
      id: `MAL-2025-${number}`,
      modified: day(number),
      published: day(number),
    },
    ...{ summary: `Malicious code in ${name} (npm)`, details: `---\n${text(number, 110)}` },
    affected: [
      {
        package: { ecosystem: 'npm', name, purl: `pkg:npm/${name}` },
        versions: Array.from({ length: 1 + (number % 4) }, (_, at) => `${at}.0.${number % 30}`),
        database_specific: { cwes: [{ cweId: 'CWE-506', name: 'Embedded Malicious Code' }] },
      },
    ],
    credits: [
      { name: 'Package analysis', type: 'FINDER', contact: ['https://example.org/analysis'] },
    ],
    database_specific: {
      'malicious-packages-origins': [
        {
          source: 'feed',
          sha256,
          import_time: day(number),
          versions: ['1.0.0'],
          modified_time: day(number),
        },
      ],
    },
  }
}

/** What the positive control looks for. */
const SYSTEMINFORMATION = {
  ...{ schema_version: '1.4.0', id: 'GHSA-2m8v-572m-ff2v', modified: '2025-10-01T00:00:00Z' },
  aliases: ['CVE-2021-21315'],
  affected: [
    {
      package: { ecosystem: 'npm', name: 'systeminformation' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '5.3.1' }] }],
    },
  ],
}

const WORDS =
  `a package was found to contain code that takes the credentials of whoever installs it and sends them to
a server of the attacker through an install script any computer that has this package installed should be considered
fully compromised all secrets and keys stored on that computer should be rotated immediately from a different computer
the denial of service prototype pollution regular expression parser header request cookie`.split(
    /\s+/,
  )
