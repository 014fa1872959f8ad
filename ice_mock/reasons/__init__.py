"""Why calls were refused, jobs have not started, pictures are missing and callbacks have not arrived."""
