/** The licences that whoever hands the agent on has to hand on with it: its own, Node.js's, and each bundled package's. */
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { REPOSITORY } from './bundle-agent.ts'
import { versionOf } from './release-guard.ts'

export class LicenceMissingError extends Error {
  override readonly name = 'LicenceMissingError'
}

/** `packageFolders` relative to the repository, as the bundler found them. */
export function licencesOf(node: string, packageFolders: readonly string[]): string {
  const own = readFileSync(join(REPOSITORY, 'LICENSE'), 'utf8')
  const parts = [
    section(`Node.js ${versionOf(node)}`, licenceOfNode(node)),
    ...packageFolders.map((folder) => licenceOfPackage(join(REPOSITORY, folder))),
  ]
  return [section('Fleetward', own), ...parts].join('\n')
}

/** The folder of each npm package that any of these files is of, sorted. */
export function packageFoldersOf(files: readonly string[]): readonly string[] {
  const folders = files.flatMap((file) => {
    const [folder] = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file) ?? []
    return folder === undefined ? [] : [folder]
  })
  return [...new Set(folders)].sort()
}

/** Where Node.js's own archives and npm's have it. */
function licenceOfNode(node: string): string {
  const file = resolve(realpathSync(node), '../../LICENSE')
  if (existsSync(file)) return readFileSync(file, 'utf8')
  throw new LicenceMissingError(
    `There is no ${file}. Name a Node.js as it was unpacked, with its licence: --node /opt/node-26.12.1/bin/node.`,
  )
}

function licenceOfPackage(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((each) => /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(each))
  const title = `${name} ${version} (${license})`
  if (file !== undefined) return section(title, readFileSync(join(folder, file), 'utf8'))
  throw new LicenceMissingError(`${title} is in the bundle, and its package has no licence file.`)
}

function section(title: string, text: string): string {
  return `${title}\n${'='.repeat(title.length)}\n\n${text.trim()}\n`
}
