// Everything the pages need; each element sleeps until its tag appears.

import "./cancel-button.js";
import "./delete-button.js";
import "./document-map.js";
import "./document-questions.js";
import "./document-text.js";
import "./download-menu.js";
import "./finding-filter.js";
import "./finding-list.js";
import "./help-dialog.js";
import "./local-time.js";
import "./own-finding.js";
import "./page-images.js";
import "./review-list.js";
import "./review-progress.js";
import "./review-workspace.js";
import "./section-outline.js";
import "./undo-notice.js";
import "./upload-form.js";
import "./upload-item.js";
import "./view-switch.js";
