export * from './server.ts'
export * from './settings.ts'
export * from './settings-file.ts'
