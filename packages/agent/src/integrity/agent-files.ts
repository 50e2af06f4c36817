/** Which files the agent itself is made of: the single executable, or its sources and those it is built on. */
import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isSea } from 'node:sea'
import { fileURLToPath } from 'node:url'

const OWN_PACKAGES = ['@fleetward/shared', '@fleetward/platform']
const CODE = /\.(?:ts|js|mjs|cjs)$/
const TEST = /\.test\.ts$/

/** Absolute paths. */
export async function agentFiles(): Promise<string[]> {
  if (isSea()) return [process.execPath]
  // A bundle lies in a folder of its own; this file lies one below the agent's.
  const own = import.meta.filename.endsWith('.ts') ? '..' : '.'
  const folders = [join(import.meta.dirname, own), ...OWN_PACKAGES.flatMap(folderOf)]
  const found = await Promise.all(folders.map(codeIn))
  return [...new Set(found.flat())].toSorted()
}

function folderOf(specifier: string): string[] {
  try {
    return [dirname(fileURLToPath(import.meta.resolve(specifier)))]
  } catch {
    // In a bundle it is part of the one file.
    return []
  }
}

async function codeIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && CODE.test(entry.name) && !TEST.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}
