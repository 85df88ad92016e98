/** Environment variable that tells a job's process where the files of its image lie. */
export const FOLDER_VARIABLE = 'LOCAL_CLOUD_IMAGE_FOLDER';
