import manifest from '../../package.json' with { type: 'json' }

/** The version in package.json: the one place where it stands. */
export const { version } = manifest
