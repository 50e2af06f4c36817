export * from './effects.ts'
export * from './ports.ts'
export * from './run.ts'
