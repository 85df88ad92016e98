import packageFile from '../../package.json' with { type: 'json' };

/** The version of the code that made a dataset or a bundle (package.json). */
export const CODE_VERSION = packageFile.version;
