import type { Config } from '../../src/config/schema.ts'

/**
 * The same configuration, but no read is given up because the machine is busy. Tests read every few hundred milliseconds, and by the options a read may take
 * no longer than an interval.
 */
export const patient = (config: Config): Config => ({ ...config, scrape: { ...config.scrape, timeout: 20_000 } })
